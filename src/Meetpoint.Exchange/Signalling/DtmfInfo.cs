using System.Text;
using Meetpoint.Sip;

namespace Meetpoint.Exchange.Signalling;

/// <summary>Key presses in INFO, as equipment without telephone-event sends them.</summary>
static class DtmfInfo
{
    /// <summary>The digit of application/dtmf-relay ("Signal=5") or application/dtmf ("5"); null when it is none.</summary>
    public static char? DigitOf(SipMessage info)
    {
        if (info.MediaType is not ("application/dtmf-relay" or "application/dtmf") || info.Body.Length > 200)
            return null;
        var body = Encoding.ASCII.GetString(info.Body);
        var signal = body.Split('\n').FirstOrDefault(line => line.StartsWith("Signal", StringComparison.OrdinalIgnoreCase) && line.Contains('='));
        var text = signal is null ? body : signal[(signal.IndexOf('=') + 1)..];
        return text.Trim() is [var digit, ..] && (char.IsAsciiDigit(digit) || digit is '*' or '#' or >= 'A' and <= 'D') ? digit : null;
    }
}
