using Meetpoint.Media.Ice;
using Meetpoint.Net;
using Meetpoint.Net.Stun;

namespace Meetpoint.Media.Tests.Ice;

/// <summary>The full side of ICE as far as an agent sees it: checks, one datagram each.</summary>
sealed class FullPeer(IceLiteAgent agent)
{
    readonly byte[] _check = new byte[StunMessage.MaxBytes];
    readonly byte[] _response = new byte[IceLiteAgent.MaxResponseBytes];
    uint _transaction;

    public IceCredentials Local { get; set; } = Credentials(7);

    /// <summary>The agent's as its SDP told: a restart does not change them by itself.</summary>
    public IceCredentials Agent { get; set; } = agent.Local;

    /// <summary>The last answer; empty: silence.</summary>
    public ReadOnlySpan<byte> Response => _response.AsSpan(0, Length);

    public int Length { get; private set; }

    public static IceCredentials Credentials(int seed) => IceCredentials.Draw(new Net.Virtual.SeededRandomness(seed));

    public IceAnswer Check(string from, long nowNs, bool nominates = false, uint priority = 100, int socket = 0, Action<Span<byte>>? spoil = null, bool isControlled = false)
    {
        var length = Write(nominates, priority, isControlled);
        spoil?.Invoke(_check.AsSpan(0, length));
        return Send(_check.AsSpan(0, length), from, nowNs, socket);
    }

    public IceAnswer Send(ReadOnlySpan<byte> datagram, string from, long nowNs, int socket = 0)
    {
        var answer = agent.OnDatagram(datagram, NetAddress.Parse(from), nowNs, _response, socket);
        Length = answer.ResponseLength;
        return answer;
    }

    /// <summary>0 for silence or success.</summary>
    public int Error() => StunMessage.TryRead(Response, out var message) && message.TryGetError(out var code) ? code : 0;

    public string Mapped() => StunMessage.TryRead(Response, out var message) && message.IsSignedBy(Agent.PasswordBytes) && message.HasFingerprint
        && message.TryGetMappedAddress(out var address) ? address.ToString() : "nothing, or not signed";

    int Write(bool nominates, uint priority, bool isControlled)
    {
        var writer = Begin();
        writer.Bytes(StunAttribute.Username, [.. Agent.UserFragmentBytes, (byte)':', .. Local.UserFragmentBytes]);
        writer.UInt64(isControlled ? StunAttribute.IceControlled : StunAttribute.IceControlling, 0x0102030405060708);
        writer.UInt32(StunAttribute.Priority, priority);
        if (nominates)
            writer.Bytes(StunAttribute.UseCandidate, []);
        writer.Sign(Agent.PasswordBytes);
        writer.Fingerprint();
        return writer.Length;
    }

    public StunWriter Begin()
    {
        Span<byte> id = stackalloc byte[12];
        BitConverter.TryWriteBytes(id, ++_transaction);
        return new StunWriter(_check, StunType.BindingRequest, id);
    }

    public Span<byte> Written(in StunWriter writer) => _check.AsSpan(0, writer.Length);
}
