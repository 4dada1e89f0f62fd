using Meetpoint.Exchange.Roaming.Rules;
using Meetpoint.Radius.Forwarding;
using Meetpoint.Radius.Packets;

namespace Meetpoint.Exchange.Roaming.Sessions;

/// <summary>What an Access-Accept bounds a session by, in seconds; null: not.</summary>
/// <param name="SessionSeconds">Session-Timeout (RFC 2865 section 5.27).</param>
/// <param name="IdleSeconds">Idle-Timeout (RFC 2865 section 5.28).</param>
/// <param name="InterimSeconds">Acct-Interim-Interval (RFC 2869 section 5.16).</param>
readonly record struct SessionBounds(uint? SessionSeconds, uint? IdleSeconds, uint? InterimSeconds)
{
    const AttributeType IdleTimeout = (AttributeType)28, AcctInterimInterval = (AttributeType)85;

    /// <summary>The attributes that say so.</summary>
    public static AttributeSet Attributes { get; } = new(AttributeType.SessionTimeout, IdleTimeout, AcctInterimInterval);

    /// <summary>As the home server gives them, and they cross.</summary>
    public static SessionBounds Of(in RadiusPacket answer, Crossing crossing) =>
        new(Number(answer, crossing, AttributeType.SessionTimeout), Number(answer, crossing, IdleTimeout), Number(answer, crossing, AcctInterimInterval));

    /// <summary>Of each the less of the home server's and the agreement's.</summary>
    public SessionBounds Within(RoamingAllowance allowance) => new(
        Least(SessionSeconds, allowance.SessionSeconds), Least(IdleSeconds, allowance.IdleSeconds), Least(InterimSeconds, allowance.InterimSeconds));

    /// <summary>Writes them. False when there is no room.</summary>
    public bool TryWrite(ref PacketWriter writer) =>
        TryWrite(ref writer, AttributeType.SessionTimeout, SessionSeconds) && TryWrite(ref writer, IdleTimeout, IdleSeconds) && TryWrite(ref writer, AcctInterimInterval, InterimSeconds);

    static bool TryWrite(ref PacketWriter writer, AttributeType type, uint? value) => value is not { } seconds || writer.TryWriteInteger(type, seconds);

    static uint? Number(in RadiusPacket answer, Crossing crossing, AttributeType type) => crossing.NumberOf(answer.Code, type, answer.TryFindInteger(type, out var value) ? value : null);

    static uint? Least(uint? home, long? agreed) =>
        agreed is not { } most ? home : (uint)Math.Min(home ?? uint.MaxValue, Math.Clamp(most, 0, uint.MaxValue));
}
