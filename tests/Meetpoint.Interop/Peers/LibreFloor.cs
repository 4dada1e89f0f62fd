using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Meetpoint.Demo;
using Meetpoint.Net;
using Meetpoint.Sip.Bfcp;

namespace Meetpoint.Interop.Peers;

/// <summary>
/// Floor control as libre has it (Debian: libre0, which baresip brings): its messages, transactions and retransmissions over UDP. No program in Debian speaks it, so that the library is called here,
/// on a thread of its own.
/// </summary>
sealed unsafe partial class LibreFloor : IAsyncDisposable
{
    const string Library = "libre.so.0";
    const byte Version = 2;

    // Where libre 1.1 has what is read of its structures, on 64 bits.
    const int PrimitiveOffset = 60, AttributeValueOffset = 56, AddressBytes = 32;

    static readonly Lock _starting = new();
    static bool _isStarted;

    readonly GCHandle _self;
    readonly byte[] _remote = new byte[AddressBytes];
    readonly uint _conference;
    readonly ushort _user;
    nint _connection;
    ushort _request;

    /// <summary>Listens.</summary>
    /// <param name="listen">Where.</param>
    /// <param name="remote">The server.</param>
    /// <param name="line">What the server said of itself.</param>
    public LibreFloor(NetAddress listen, NetAddress remote, BfcpLine line)
    {
        (_conference, _user) = (line.Conference!.Value, line.User!.Value);
        _self = GCHandle.Alloc(this);
        Start();
        Inside(() =>
        {
            var local = stackalloc byte[AddressBytes];
            Check(SetAddress(local, listen.Host, (ushort)listen.Port), "sa_set_str");
            fixed (byte* far = _remote)
                Check(SetAddress(far, remote.Host, (ushort)remote.Port), "sa_set_str");
            Check(Listen(out _connection, 0, local, 0, &OnMessage, GCHandle.ToIntPtr(_self)), "bfcp_listen");
        });
    }

    /// <summary>True where the library is.</summary>
    public static bool IsThere => NativeLibrary.TryLoad(Library, out _);

    /// <summary>What it was answered and told, in order: "Granted", "told Revoked", "HelloAck", "told holder 5"...</summary>
    public ConcurrentQueue<string> Heard { get; } = new();

    public void Hello() => Ask(BfcpPrimitive.Hello, 0, 0);

    public void Watch() => Ask(BfcpPrimitive.FloorQuery, BfcpAttributeType.FloorId, BfcpFloorServer.Floor);

    public void Request() => Ask(BfcpPrimitive.FloorRequest, BfcpAttributeType.FloorId, BfcpFloorServer.Floor);

    public void Release() => Ask(BfcpPrimitive.FloorRelease, BfcpAttributeType.FloorRequestId, _request);

    /// <summary>Waits until it has heard something.</summary>
    public Task HearsAsync(string what) => Expect.EventuallyAsync(
        () => Task.FromResult(Heard.Contains(what) ? what : null), TimeSpan.FromSeconds(10), $"libre to hear {what}", () => $"it heard {string.Join(", ", Heard)}");

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        Inside(() => Release(_connection));
        _self.Free();
        return ValueTask.CompletedTask;
    }

    void Ask(BfcpPrimitive primitive, BfcpAttributeType attribute, ushort value) => Inside(() =>
    {
        var first = value;
        fixed (byte* far = _remote)
        {
            Check(
                Send(_connection, far, Version, (int)primitive, _conference, _user, &OnAnswer, GCHandle.ToIntPtr(_self), attribute == 0 ? 0u : 1u, (int)attribute, 0, &first),
                "bfcp_request");
        }
    });

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    static void OnAnswer(int error, nint message, nint self)
    {
        var floor = (LibreFloor)GCHandle.FromIntPtr(self).Target!;
        if (error != 0)
            floor.Heard.Enqueue($"error {error}");
        else
            floor.Note("", message);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    static void OnMessage(nint message, nint self)
    {
        var floor = (LibreFloor)GCHandle.FromIntPtr(self).Target!;
        floor.Note("told ", message);
        Reply(floor._connection, message, (int)(PrimitiveOf(message) == BfcpPrimitive.FloorStatus ? BfcpPrimitive.FloorStatusAck : BfcpPrimitive.FloorRequestStatusAck), 0);
    }

    void Note(string before, nint message)
    {
        var information = Attribute(message, (int)BfcpAttributeType.FloorRequestInformation);
        switch (PrimitiveOf(message))
        {
            case BfcpPrimitive.FloorRequestStatus:
                var overall = Inner(information, (int)BfcpAttributeType.OverallRequestStatus);
                _request = *(ushort*)(information + AttributeValueOffset);
                Heard.Enqueue($"{before}{(BfcpRequestStatus)(*(int*)(Inner(overall, (int)BfcpAttributeType.RequestStatus) + AttributeValueOffset))}");
                break;
            case BfcpPrimitive.FloorStatus:
                var name = information == 0 ? 0 : Inner(Inner(information, (int)BfcpAttributeType.BeneficiaryInformation), (int)BfcpAttributeType.UserDisplayName);
                Heard.Enqueue($"{before}holder {(name == 0 ? "nobody" : Marshal.PtrToStringUTF8(*(nint*)(name + AttributeValueOffset)))}");
                break;
            case BfcpPrimitive.Error:
                Heard.Enqueue($"{before}error {(BfcpErrorCode)(*(int*)(Attribute(message, (int)BfcpAttributeType.ErrorCode) + AttributeValueOffset))}");
                break;
            case var other:
                Heard.Enqueue(before + other);
                break;
        }
    }

    static BfcpPrimitive PrimitiveOf(nint message) => (BfcpPrimitive)(*(int*)(message + PrimitiveOffset));

    static void Start()
    {
        lock (_starting)
        {
            if (_isStarted)
                return;
            _isStarted = true;
            Check(Initialise(), "libre_init");
            // One loop for the process, which ends with it.
            new Thread(static () => Run(0)) { IsBackground = true, Name = "libre" }.Start();
        }
    }

    /// <summary>Runs work while its loop does nothing.</summary>
    static void Inside(Action work)
    {
        Enter();
        try
        {
            work();
        }
        finally
        {
            Leave();
        }
    }

    static void Check(int error, string what) => Assert.True(error == 0, $"expected {what} to give 0; instead: {error}");

    [LibraryImport(Library, EntryPoint = "libre_init")]
    private static partial int Initialise();

    [LibraryImport(Library, EntryPoint = "re_main")]
    private static partial int Run(nint onSignal);

    [LibraryImport(Library, EntryPoint = "re_thread_enter")]
    private static partial void Enter();

    [LibraryImport(Library, EntryPoint = "re_thread_leave")]
    private static partial void Leave();

    [LibraryImport(Library, EntryPoint = "sa_set_str", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetAddress(byte* address, string host, ushort port);

    [LibraryImport(Library, EntryPoint = "bfcp_listen")]
    private static partial int Listen(out nint connection, int transport, byte* local, nint tls, delegate* unmanaged[Cdecl]<nint, nint, void> onMessage, nint argument);

    // The last three are the first of a variable list, which goes as they would.
    [LibraryImport(Library, EntryPoint = "bfcp_request")]
    private static partial int Send(
        nint connection, byte* remote, byte version, int primitive, uint conference, ushort user, delegate* unmanaged[Cdecl]<int, nint, nint, void> onAnswer, nint argument, uint count,
        int type, uint inner, ushort* value);

    [LibraryImport(Library, EntryPoint = "bfcp_reply")]
    private static partial int Reply(nint connection, nint message, int primitive, uint count);

    [LibraryImport(Library, EntryPoint = "bfcp_msg_attr")]
    private static partial nint Attribute(nint message, int type);

    [LibraryImport(Library, EntryPoint = "bfcp_attr_subattr")]
    private static partial nint Inner(nint attribute, int type);

    [LibraryImport(Library, EntryPoint = "mem_deref")]
    private static partial nint Release(nint memory);
}
