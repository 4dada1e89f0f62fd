using Meetpoint.Net;
using Meetpoint.Sip;
using Meetpoint.Sip.Sdp;

namespace Meetpoint.Simulation.Kit;

// A room system with cameras and screens.
sealed partial class SimulatedPhone
{
    const int FirstPicturePort = 4010;
    const string MediaControl = "application/media_control+xml";

    /// <summary>Cameras of a room whose number stands before theirs.</summary>
    const int CamerasOfRoom = 10;

    PhoneCameras? _cameras;

    /// <summary>Of its first camera; null for a phone.</summary>
    public PhonePictures? Pictures => _cameras?.Pictures[0];

    /// <summary>Lines of video that it was offered in the last call.</summary>
    public IReadOnlyList<SdpMedia> OfferedVideo => _cameras?.Offered ?? [];

    /// <summary>What its screens show, as "room.camera", from left to right; - for nothing new of late.</summary>
    public string Screens => string.Join(' ', _cameras!.Pictures.Select(NameOfShown));

    /// <summary>Whose camera a screen shows, as "room.camera"; - for nothing new of late.</summary>
    public static string NameOfShown(PhonePictures screen) => screen.ShownNow is > 0 and var number ? $"{number / CamerasOfRoom}.{number % CamerasOfRoom}" : "-";

    /// <summary>Gives it a camera and a screen.</summary>
    /// <param name="number">Which camera, other than those of all others.</param>
    public SimulatedPhone WithPictures(byte number) => With([number]);

    /// <summary>Gives it cameras and screens; each picture tells the room's number and which camera it is of. Labels are written at the lines in their order.</summary>
    public SimulatedPhone WithScreens(int count, byte room, params string[] labels) =>
        With([.. Enumerable.Range(0, count).Select(camera => (byte)((room * CamerasOfRoom) + camera))], labels);

    /// <summary>How often it was asked by INFO to begin its picture anew (RFC 5168), as equipment is that has no RTCP feedback.</summary>
    public int AskedByInfo { get; private set; }

    /// <summary>Asks for that itself.</summary>
    public void AskByInfo() => _world.RunOn(_loop, () => Current!.Info(
        MediaControl, "<?xml version=\"1.0\"?><media_control><vc_primitive><to_encoder><picture_fast_update></picture_fast_update></to_encoder></vc_primitive></media_control>"u8.ToArray()));

    void ICallHandler.OnInfo(Call call, SipMessage info) => AskedByInfo += info.MediaType == MediaControl && info.Body.IndexOf("picture_fast_update"u8) >= 0 ? 1 : 0;

    /// <summary>Its pictures where it has content; null otherwise.</summary>
    public RoomScreens? Content => Lines as RoomScreens;

    /// <summary>Gives it a camera, a line of content where it has slides, and floor control over UDP/BFCP or TCP/BFCP where that is named.</summary>
    public SimulatedPhone WithContent(char camera, char? slides = null, string? floorProtocol = null)
    {
        Lines = new RoomScreens(_host, _loop, _address, camera, slides, floorProtocol);
        return this;
    }

    /// <summary>What it has of CLUE; null without.</summary>
    public ClueEquipment? Clue => Lines as ClueEquipment;

    /// <summary>Makes it a room with three cameras and screens that speaks CLUE.</summary>
    public SimulatedPhone WithClue(byte room, bool hasLinesFirst = false)
    {
        Lines = new ClueEquipment(_host, _loop, _address, (byte)(room * CamerasOfRoom)) { HasLinesFirst = hasLinesFirst };
        return this;
    }

    SimulatedPhone With(byte[] numbers, params string[] labels)
    {
        Lines = _cameras = new PhoneCameras(
            [.. numbers.Select((number, i) => new PhonePictures(_host, _loop, NetAddress.Parse($"{_address}:{FirstPicturePort + (2 * i)}"), number))], labels);
        return this;
    }
}
