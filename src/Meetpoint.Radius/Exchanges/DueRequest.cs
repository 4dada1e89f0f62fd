using Meetpoint.Radius.Authenticators;

namespace Meetpoint.Radius.Exchanges;

/// <summary>A request whose time has come.</summary>
/// <param name="Owner">What it was taken for.</param>
/// <param name="Id">Its id; when it is over, it rests from now on.</param>
/// <param name="Mark">What its answer would have been checked by.</param>
/// <param name="IsOver">True when no answer is awaited any more; false when it is to be sent again, the same octets.</param>
public readonly record struct DueRequest<T>(T Owner, RequestId Id, RequestMark Mark, bool IsOver);
