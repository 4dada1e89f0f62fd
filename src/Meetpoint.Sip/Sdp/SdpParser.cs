namespace Meetpoint.Sip.Sdp;

/// <summary>Reads the lines of a description one by one.</summary>
static class SdpParser
{
    public static SdpError Parse(string text, out SdpDescription? sdp)
    {
        sdp = null;
        var lines = text.Split('\n');
        if (lines.Length > SdpDescription.MaxLines)
            return SdpError.TooLarge;
        if (lines[0].TrimEnd('\r') != "v=0")
            return SdpError.VersionMissing;
        SdpDescription? session = null;
        SdpMedia? media = null;
        for (var i = 1; i < lines.Length; i++)
        {
            var line = lines[i].TrimEnd('\r');
            if (line.Length == 0)
                continue;
            if (line.Length < 2 || line[1] != '=' || !char.IsAsciiLetter(line[0]))
                return SdpError.LineMalformed;
            var value = line[2..];
            if (session is null)
            {
                if (line[0] != 'o' || SdpOrigin.Parse(value) is not { } origin)
                    return SdpError.OriginMalformed;
                session = new SdpDescription { Origin = origin };
                continue;
            }

            var error = Take(line, value, session, ref media);
            if (error != SdpError.None)
                return error;
        }

        if (session is null)
            return SdpError.OriginMalformed;
        foreach (var each in session.Media)
        {
            if (!each.IsRefused && each.Connection is null && session.Connection is null)
                return SdpError.ConnectionMissing;
        }

        sdp = session;
        return SdpError.None;
    }

    static SdpError Take(string line, string value, SdpDescription session, ref SdpMedia? media)
    {
        switch (line[0])
        {
            case 's' when media is null:
                session.SessionName = value;
                break;
            case 't' or 'r' or 'z' when media is null:
                break; // Times belong to announcements; a call has none (RFC 3264 section 5).
            case 'c':
                if (SdpConnection.Parse(value) is not { } connection)
                    return SdpError.ConnectionMalformed;
                if (media is null)
                    session.Connection = connection;
                else
                    media.Connection = connection;
                break;
            case 'b':
                (media?.Bandwidth ?? session.Bandwidth).Add(value);
                break;
            case 'a':
                var colon = value.IndexOf(':', StringComparison.Ordinal);
                (media?.Attributes ?? session.Attributes).Add(colon < 0 ? new SdpAttribute(value) : new SdpAttribute(value[..colon], value[(colon + 1)..]));
                break;
            case 'm':
                media = SdpMedia.Parse(value);
                if (media is null)
                    return SdpError.MediaMalformed;
                if (session.Media.Count == SdpDescription.MaxMedia)
                    return SdpError.TooLarge;
                session.Media.Add(media);
                break;
            default:
                if (media is null)
                    session.OtherLines.Add(line);
                break;
        }

        return SdpError.None;
    }
}
