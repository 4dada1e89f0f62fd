using Meetpoint.Radius.Packets;

namespace Meetpoint.Radius.Attributes;

/// <summary>What a session has carried, in octets of 64 bits: Acct-Input-Octets and Acct-Output-Octets with how often they have wrapped (RFC 2869 sections 5.1, 5.2).</summary>
/// <param name="Input">From the user.</param>
/// <param name="Output">To the user.</param>
public readonly record struct AccountedOctets(ulong Input, ulong Output)
{
    const int GigawordBits = 32;

    /// <summary>Reads both; one without attributes is 0. False when neither has any.</summary>
    public static bool TryRead(in RadiusPacket request, out AccountedOctets octets)
    {
        var hasInput = TryRead(request, AttributeType.AcctInputOctets, AttributeType.AcctInputGigawords, out var input);
        var hasOutput = TryRead(request, AttributeType.AcctOutputOctets, AttributeType.AcctOutputGigawords, out var output);
        octets = new AccountedOctets(input, output);
        return hasInput || hasOutput;
    }

    /// <summary>Writes both, each with its Gigawords when there are any; false when they do not fit.</summary>
    public bool TryWrite(ref PacketWriter writer) =>
        TryWrite(ref writer, AttributeType.AcctInputOctets, AttributeType.AcctInputGigawords, Input)
        && TryWrite(ref writer, AttributeType.AcctOutputOctets, AttributeType.AcctOutputGigawords, Output);

    static bool TryRead(in RadiusPacket request, AttributeType low, AttributeType high, out ulong octets)
    {
        var has = request.TryFindInteger(low, out var words) | request.TryFindInteger(high, out var gigawords);
        octets = ((ulong)gigawords << GigawordBits) | words;
        return has;
    }

    static bool TryWrite(ref PacketWriter writer, AttributeType low, AttributeType high, ulong octets) =>
        writer.TryWriteInteger(low, unchecked((uint)octets)) && (octets >> GigawordBits == 0 || writer.TryWriteInteger(high, (uint)(octets >> GigawordBits)));
}
