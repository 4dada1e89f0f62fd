using System.Text.Json.Nodes;

namespace Meetpoint.Exchange.Api.Streams;

/// <summary>
/// One kind of content of a stream. Presence is one, and messages are another, over the same connection; they are told apart by the members of what clients send and by "type"
/// in what they get. On the loop only.
/// </summary>
interface IStreamFeed
{
    /// <summary>True while the client waits for something of this feed.</summary>
    bool IsWanted { get; }

    /// <summary>Why the stream has to end; null while it goes on.</summary>
    StreamEnd? End => null;

    /// <summary>Takes a frame of the client's; false for one that is another feed's.</summary>
    /// <param name="frame">As it came.</param>
    /// <param name="answer">What the client is told at once; null for nothing.</param>
    bool TryTake(JsonObject frame, out JsonObject? answer);

    /// <summary>Adds what the client has not been told yet, as it is now.</summary>
    /// <param name="frames">Taken up by it.</param>
    /// <param name="atMost">So many frames in all.</param>
    /// <returns>True when there is more.</returns>
    bool Collect(List<byte[]> frames, int atMost);

    /// <summary>The connection is over.</summary>
    void Close();
}
