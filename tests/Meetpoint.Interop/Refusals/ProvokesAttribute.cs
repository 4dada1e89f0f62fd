using Meetpoint.Exchange.Interconnect;

namespace Meetpoint.Interop.Refusals;

/// <summary>The ways by which a refusal goes out.</summary>
public enum Wire
{
    /// <summary>SIP, over whatever transport.</summary>
    Sip,

    /// <summary>The HTTP API.</summary>
    Api,

    /// <summary>A signed message to another exchange.</summary>
    Nni,
}

/// <summary>Says which row of the refusal table a test provokes over which wire; the reference page is held to these.</summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class ProvokesAttribute(Wire wire, params RefusalReason[] reasons) : Attribute
{
    /// <summary>Over which wire.</summary>
    public Wire Wire => wire;

    /// <summary>The rows.</summary>
    public IReadOnlyList<RefusalReason> Reasons => reasons;
}
