using System.Globalization;
using System.Text;

namespace Meetpoint.Bench.Sip.Agents;

/// <summary>One stream of G.711.</summary>
static class AgentSdp
{
    /// <summary>Of an agent that sends nothing.</summary>
    public static readonly byte[] Silent = Of(6000, 6001);

    public static byte[] Of(int port, int controlPort) => Encoding.ASCII.GetBytes(string.Create(
        CultureInfo.InvariantCulture,
        $"v=0\r\no=bench 20260101 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio {port} RTP/AVP 0 101\r\na=rtcp:{controlPort}\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:101 telephone-event/8000\r\na=sendrecv\r\n"));
}
