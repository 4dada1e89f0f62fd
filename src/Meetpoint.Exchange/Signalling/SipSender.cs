using Meetpoint.Exchange.Interconnect;

namespace Meetpoint.Exchange.Signalling;

/// <summary>Who is at the other end of a flow, as far as the flow itself tells.</summary>
/// <param name="World">The world that it was found in; a newer one is asked again.</param>
/// <param name="Neighbour">The adjacent system; null for endpoints and unknown senders.</param>
/// <param name="IsEndpointHost">The address is that of an endpoint's static contact.</param>
sealed record SipSender(World World, NeighbourEntry? Neighbour, bool IsEndpointHost)
{
    /// <summary>An endpoint that has proved itself by digest on this flow; its further requests are let in.</summary>
    public Endpoint? Proved
    {
        get;
        set
        {
            field = value;
            ProvedProvider = value is null ? null : WorldScope.OwnerOf(World.Document, value);
        }
    }

    /// <summary>The provider whose endpoint <see cref="Proved"/> is.</summary>
    public string? ProvedProvider { get; private set; }

    /// <summary>False for a sender that is nobody as far as is known.</summary>
    public bool IsKnown => Neighbour is not null || IsEndpointHost || Proved is not null;
}

/// <summary>The customer behind a call, once it is identified.</summary>
/// <param name="Sender">The neighbour that it came by; null for an endpoint of ours that called directly.</param>
/// <param name="Provider">Whose customer it is.</param>
/// <param name="Address">user@domain, lower case.</param>
/// <param name="Name">For people.</param>
/// <param name="Endpoint">The endpoint of ours; null when it came by a trunk.</param>
/// <param name="Profile">How it speaks.</param>
sealed record SipCaller(
    NeighbourEntry? Sender, Provider Provider, string Address, string? Name, Endpoint? Endpoint, EquipmentProfile Profile)
{
    /// <summary>True where the caller asks not to be told to whom is not trusted (RFC 3323).</summary>
    public bool IsWithheld { get; init; }
}
