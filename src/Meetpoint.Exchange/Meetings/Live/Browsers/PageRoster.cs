using System.Buffers;
using System.Text.Json;
using Meetpoint.Exchange.Interconnect;

namespace Meetpoint.Exchange.Meetings.Live.Browsers;

/// <summary>Who is in a meeting as its pages are told: written once for all of them, and again when something changed. On the signalling loop only.</summary>
/// <param name="meeting">Whose.</param>
sealed class PageRoster(LiveMeeting meeting)
{
    /// <summary>Of the same length as <see cref="IsSelf"/>, so that each page's frame is the same bytes with its own line changed.</summary>
    const string IsOther = "false";

    const string IsSelf = "true ";

    readonly Dictionary<uint, int> _selfAt = [];
    readonly ArrayBufferWriter<byte> _frame = new();
    bool _isWritten;

    /// <summary>Something of it changed.</summary>
    public void Changed() => _isWritten = false;

    /// <summary>The frame of one page.</summary>
    /// <param name="self">Whose page it is.</param>
    public byte[] FrameFor(uint self)
    {
        if (!_isWritten)
            Write();
        var frame = _frame.WrittenSpan.ToArray();
        if (_selfAt.TryGetValue(self, out var at))
            System.Text.Encoding.ASCII.GetBytes(IsSelf, frame.AsSpan(at));
        return frame;
    }

    void Write()
    {
        _isWritten = true;
        _selfAt.Clear();
        _frame.ResetWrittenCount();
        using var json = new Utf8JsonWriter(_frame);
        json.WriteStartObject();
        json.WriteString("type"u8, "roster"u8);
        json.WriteStartArray("participants"u8);
        foreach (var entry in meeting.Roster.All)
        {
            if (entry.State is ParticipantState.Lobby or ParticipantState.Entering or ParticipantState.In)
                Write(json, entry);
        }

        json.WriteEndArray();
        json.WriteBoolean("isLocked"u8, meeting.IsLocked);
        json.WriteEndObject();
    }

    void Write(Utf8JsonWriter json, RosterEntry entry)
    {
        json.WriteStartObject();
        json.WriteNumber("id"u8, entry.Id);
        json.WriteString("name"u8, entry.Name ?? entry.Address);
        json.WriteString("provider"u8, meeting.Context.Admission.World.FindProvider(entry.Provider)?.Name ?? entry.Provider);
        json.WriteString("kind"u8, KebabEnum<ParticipantKind>.Word(entry.Kind));
        json.WriteString("state"u8, entry.State switch { ParticipantState.Lobby => "lobby", ParticipantState.Entering => "entering", _ => "in" });
        json.WriteBoolean("audio"u8, !entry.IsMuted && !entry.IsSilentByItself);
        json.WriteBoolean("video"u8, entry.HasVideo);
        json.WriteBoolean("hand"u8, entry.HasHandUp);
        json.WritePropertyName("isSelf"u8);
        _selfAt[entry.Id] = (int)json.BytesCommitted + json.BytesPending;
        json.WriteRawValue(IsOther, skipInputValidation: true);
        json.WriteBoolean("isOrganiser"u8, entry.Address == meeting.Meeting.Organiser);
        json.WriteBoolean("isPresenting"u8, entry.Id == meeting.Floor.Holder);
        json.WriteEndObject();
    }
}
