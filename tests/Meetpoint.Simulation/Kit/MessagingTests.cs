using System.Text.Json.Nodes;
using Shouldly;

namespace Meetpoint.Simulation.Kit;

/// <summary>Tests of messages between two exchanges: Alice of Albion's with a phone, Bob of Liberty's with one, and a room of Liberty's that is not there before it registers.</summary>
public abstract class MessagingTests : IDisposable
{
    /// <summary>Address of the room.</summary>
    private protected const string Room = "own0@liberty.example";

    /// <summary>Says that somebody writes (RFC 3994).</summary>
    private protected const string Sign = "<isComposing xmlns=\"urn:ietf:params:xml:ns:im-iscomposing\"><state>active</state></isComposing>";

    /// <summary>The media type of that.</summary>
    private protected const string SignType = "application/im-iscomposing+xml";

    /// <param name="seed">What chance follows from.</param>
    /// <param name="amend">Changes a party's world.</param>
    private protected MessagingTests(int seed, Action<SimulatedParty, JsonObject>? amend = null)
    {
        World = new SimulatedWorld(seed, new WorldSetup { Messages = true, Registering = 1, Amend = amend });
        Alice = World.Phone(World.Albion, 0);
        Bob = World.Phone(World.Liberty, 1);
        RoomPhone = World.Registering(World.Liberty, 0);
    }

    private protected SimulatedWorld World { get; }

    private protected SimulatedPhone Alice { get; }

    private protected SimulatedPhone Bob { get; }

    private protected SimulatedPhone RoomPhone { get; }

    public void Dispose()
    {
        World.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>The room is there from now on.</summary>
    /// <param name="seconds">What passes before it is looked at again.</param>
    private protected void RegisterRoom(double seconds = 2)
    {
        RoomPhone.Register("<sip:own0@172.16.0.9:5099>;expires=3600").ShouldBe(200);
        World.Run(seconds);
    }
}
