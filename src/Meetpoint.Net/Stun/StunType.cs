namespace Meetpoint.Net.Stun;

/// <summary>Method and class of a message in one (RFC 8489 section 5): the first two bytes. Binding is the only method here; others read as what they are.</summary>
public enum StunType : ushort
{
    /// <summary>No message: 0x0000 is reserved.</summary>
    None = 0,

    /// <summary>A check, or a keep-alive that wants an answer.</summary>
    BindingRequest = 0x0001,

    /// <summary>A keep-alive that wants none.</summary>
    BindingIndication = 0x0011,

    /// <summary>The answer with the address.</summary>
    BindingSuccess = 0x0101,

    /// <summary>The answer with an error.</summary>
    BindingError = 0x0111,
}
