namespace Meetpoint.Exchange.Nni;

/// <summary>Takes a request to another exchange and brings the answer.</summary>
public interface INniTransport
{
    /// <summary>Posts to the destination, or to the exchange that carries for it. Never throws for what the network does: that is status 0.</summary>
    Task<NniReply> PostAsync(string destination, string path, ReadOnlyMemory<byte> body, CancellationToken cancellation);
}

/// <summary>The paths of the NNI.</summary>
public static class NniPaths
{
    /// <summary>Greeting: versions, capabilities, position in the stream.</summary>
    public const string Hello = "/nni/v1/hello";

    /// <summary>Ordered messages.</summary>
    public const string Messages = "/nni/v1/messages";

    /// <summary>One question and its answer.</summary>
    public const string Query = "/nni/v1/query";
}

/// <summary>An HTTP answer, or its absence.</summary>
/// <param name="Status">HTTP status; 0 when there was no answer.</param>
/// <param name="Body">An <see cref="NniAnswer"/> at 200, else a problem document of RFC 9457.</param>
/// <param name="Error">Why there was no answer.</param>
public sealed record NniReply(int Status, ReadOnlyMemory<byte> Body, string? Error = null)
{
    /// <summary>No answer came.</summary>
    public static NniReply None(string error) => new(0, default, error);

    internal static NniReply Ok(string jws) => new(200, new NniAnswer(jws).ToBytes());

    internal static NniReply Refuse(NniRefusal refusal, string detail, Action<System.Text.Json.Nodes.JsonObject>? more = null)
    {
        var problem = new System.Text.Json.Nodes.JsonObject
        {
            ["type"] = "urn:meetpoint:nni:" + refusal.Code(),
            ["title"] = detail,
            ["status"] = refusal.Status(),
            ["reason"] = refusal.Code(),
        };
        more?.Invoke(problem);
        return new NniReply(refusal.Status(), System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(problem));
    }

    /// <summary>The reason code of a problem document; null without.</summary>
    internal string? Reason => Status == 200 ? null : NniJson.TryObject(Body.Span)?.Text("reason");

    /// <summary>One line for operators.</summary>
    internal string Describe() => Status == 0 ? Error ?? "no answer"
        : NniJson.TryObject(Body.Span) is { } problem ? $"{Status} {problem.Text("reason")}: {problem.Text("title")}" : $"status {Status}";
}
