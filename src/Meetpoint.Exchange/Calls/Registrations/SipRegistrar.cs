using System.Globalization;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Sip;
using Meetpoint.Sip.Registrar;
using NodaTime;

namespace Meetpoint.Exchange.Calls.Registrations;

/// <summary>Answers REGISTER (RFC 3261 section 10) of endpoints that have proved who they are. On the loop only.</summary>
sealed class SipRegistrar(RegistrationBook book, IClock clock, IExchangeLog log)
{
    /// <summary>Requires of a REGISTER that are understood.</summary>
    public static IReadOnlyList<string> Extensions { get; } = ["path", "outbound"];

    /// <summary>Takes the request of an endpoint for its own address; it is answered once what it does is durable.</summary>
    public void Take(IncomingRequest request, Endpoint endpoint)
    {
        if (RegisterRequest.Read(request.Message, book.Policy, out var refusal) is { } asked)
            book.Register(endpoint.Sip.ToLowerInvariant(), asked, request.Flow, (answer, fault) => Respond(request, answer, fault));
        else
            Respond(request, refusal!, null);
    }

    void Respond(IncomingRequest request, RegisterAnswer answer, Exception? fault)
    {
        if (fault is not null)
            log.Fault("registrations", fault);
        // A client without a clock of its own takes the registrar's (RFC 3261 section 10.3 step 8).
        var date = clock.GetCurrentInstant().ToDateTimeUtc().ToString("R", CultureInfo.InvariantCulture);
        request.Respond(answer.Status, answer.Phrase, [.. answer.Headers, ("Date", date)]);
        if (answer.Status is not (200 or 423 or 500))
            log.Malformed(request.Flow.ToString(), $"REGISTER of {request.Message.To?.UriText} answered {answer.Status} {answer.Phrase}");
    }
}
