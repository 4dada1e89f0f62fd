using System.Text.Json.Nodes;

namespace Meetpoint.Client;

/// <summary>Why the exchange said no (RFC 9457), for people.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Code">Stable reason code.</param>
/// <param name="Detail">What is wrong.</param>
/// <param name="Remedy">What to do about it; null when nothing is known.</param>
/// <param name="TraceId">By which the log has it.</param>
/// <param name="Faults">Faults of a document, with JSON pointers.</param>
sealed record Problem(int Status, string Code, string Detail, string? Remedy, string? TraceId, IReadOnlyList<DocumentFault> Faults)
{
    /// <summary>Reads it from an answer.</summary>
    public static Problem Of(int status, JsonObject? body)
    {
        var type = body.Text("type") ?? "";
        return new Problem(
            status,
            type[(type.LastIndexOf('/') + 1)..],
            body.Text("detail") ?? body.Text("title") ?? $"the exchange answered with status {status}",
            body.Text("remedy"),
            status >= 500 ? body.Text("traceId") : null,
            [
                .. (body?["faults"] as JsonArray ?? []).Select(fault =>
                    new DocumentFault(fault.Text("path") ?? "", fault.Text("message") ?? "", fault.Text("mend") ?? "")),
            ]);
    }

    /// <summary>Says it.</summary>
    public void Write(TextWriter error)
    {
        error.WriteLine(Detail);
        foreach (var fault in Faults)
            error.WriteLine($"  {fault.Path}: {fault.Message}{(fault.Mend.Length > 0 ? " → " + fault.Mend : "")}");
        if (Remedy is not null)
            error.WriteLine("→ " + Remedy);
        if (TraceId is not null)
            error.WriteLine($"  trace {TraceId}");
    }
}

/// <summary>A fault of a document that was sent.</summary>
sealed record DocumentFault(string Path, string Message, string Mend);

/// <summary>The exchange said no.</summary>
sealed class ApiProblemException(Problem problem) : Exception(problem.Detail)
{
    /// <summary>Why.</summary>
    public Problem Problem => problem;
}
