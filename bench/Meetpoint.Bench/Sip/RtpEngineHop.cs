using Meetpoint.Bench.Harness;
using Meetpoint.Bench.MediaRelay;

namespace Meetpoint.Bench.Sip;

/// <summary>rtpengine as a part of what calls go through.</summary>
sealed class RtpEngineHop : IMeasured
{
    readonly RtpEngineRelay _relay = new();

    /// <summary>As it says it.</summary>
    public string Version => _relay.Version;

    public long ProcessorNs => _relay.ProcessorNs;

    public long ResidentBytes => ChildProgram.ResidentBytesOf(_relay.ProcessId);

    public string Tail => "";

    public void Dispose() => _relay.Dispose();
}
