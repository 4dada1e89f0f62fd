namespace Meetpoint.Sip;

/// <summary>What a received message may cost, in bytes and counts. What is over a limit is refused, never cut.</summary>
public static class SipLimits
{
    /// <summary>A whole message: no UDP datagram is larger, and over streams nothing larger is wanted.</summary>
    public const int MessageBytes = 65_536;

    /// <summary>Header lines of a message. Real ones have under 60; each Via of a long path is one.</summary>
    public const int HeaderLines = 256;

    /// <summary>One header line, folds included. Record-Route of a Microsoft-style edge passes 1 kB; STIR passports 4 kB.</summary>
    public const int HeaderLineBytes = 16_384;

    /// <summary>A request URI; longer is answered 414.</summary>
    public const int UriBytes = 2_048;

    /// <summary>A method name; all registered ones have under 10.</summary>
    public const int MethodBytes = 64;

    /// <summary>Values that one header (Via, Route, Contact...) may list over all its lines.</summary>
    public const int ListValues = 128;
}
