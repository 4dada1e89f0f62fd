using Meetpoint.Net;

namespace Meetpoint.Demo.Phones;

/// <summary>Who a phone is, and where it stands.</summary>
sealed record PhoneAccount
{
    /// <summary>What people call it, such as "Alice's phone".</summary>
    public required string Name { get; init; }

    /// <summary>Its address, such as alice@albion.example.</summary>
    public required string Address { get; init; }

    /// <summary>Where it listens for SIP over UDP.</summary>
    public required NetAddress Listen { get; init; }

    /// <summary>The first of its ten media ports, even.</summary>
    public required int FirstMediaPort { get; init; }

    /// <summary>The name server that it asks.</summary>
    public required NetAddress NameServer { get; init; }

    /// <summary>User name of digest authentication.</summary>
    public required string DigestUser { get; init; }

    /// <summary>Secret of digest authentication.</summary>
    public required string DigestSecret { get; init; }

    /// <summary>Where it registers, as "sip:127.0.1.1:5060;transport=tcp"; null when it does not.</summary>
    public string? Registrar { get; init; }

    /// <summary>Where it sends what it dials, as "sip:127.0.1.1:5061"; null: by the name in what it dials.</summary>
    public string? Proxy { get; init; }

    /// <summary>The tone that it sends, in Hz; 0 sends silence.</summary>
    public required int ToneHz { get; init; }

    /// <summary>True for a room system, which answers by itself.</summary>
    public bool AnswersByItself { get; init; }

    /// <summary>How it encrypts media, by its own word for it ("srtp-mand", "dtls_srtp"), which is baresip's; null: not at all.</summary>
    public string? MediaEncryption { get; init; }

    /// <summary>Codecs in order of preference, by their names in SDP.</summary>
    public IReadOnlyList<string> Codecs { get; init; } = ["G722", "PCMA", "PCMU"];

    /// <summary>Codecs of its pictures in order of preference, "VP8" and "H264" by their names in SDP; empty: it has no camera and no screen. baresip alone has.</summary>
    public IReadOnlyList<string> VideoCodecs { get; init; } = [];

    /// <summary>Addresses whose presence it watches; baresip alone does.</summary>
    public IReadOnlyList<string> Watched { get; init; } = [];

    /// <summary>Seconds for which it publishes its own presence, again and again; 0: not at all. baresip alone does.</summary>
    public int PublishSeconds { get; init; }

    /// <summary>Media ports that a phone may use.</summary>
    public const int MediaPorts = 10;

    /// <summary>User part of the address.</summary>
    public string User => Address[..Address.IndexOf('@', StringComparison.Ordinal)];

    /// <summary>Where it is dialled.</summary>
    public string Contact => $"sip:{User}@{Listen}";
}
