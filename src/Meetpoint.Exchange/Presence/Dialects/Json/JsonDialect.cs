using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Net.Xml;

namespace Meetpoint.Exchange.Presence.Dialects;

/// <summary>The JSON of the API. What a client says of where a state comes from is not believed: it speaks for itself.</summary>
sealed class JsonDialect : IPresenceDialect
{
    /// <summary>The device of a client that says its state without naming one.</summary>
    public const string ClientDevice = "api";

    JsonDialect()
    {
    }

    /// <summary>The one there is.</summary>
    public static JsonDialect Instance { get; } = new();

    /// <inheritdoc/>
    public string MediaType => "application/json";

    /// <inheritdoc/>
    public bool TryRead(ReadOnlySpan<byte> body, [NotNullWhen(true)] out PresenceReport? report, [NotNullWhen(false)] out string? fault)
    {
        report = null;
        fault = null;
        if (body.Length > BoundedXml.MaxBytes)
        {
            fault = $"more than {BoundedXml.MaxBytes} bytes";
            return false;
        }

        try
        {
            if (JsonSerializer.Deserialize(body, PresenceJson.Default.PresenceView) is { } view)
                report = Report(view);
            else
                fault = "null";
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or InvalidOperationException or ArgumentException)
        {
            // The last two for half a surrogate pair that is escaped.
            fault = e.Message;
        }

        return report is not null;
    }

    /// <inheritdoc/>
    public byte[] Write(PresenceShown shown) => JsonSerializer.SerializeToUtf8Bytes(View(shown), PresenceJson.Default.PresenceView);

    /// <summary>What is shown, as the API has it.</summary>
    public static PresenceView View(PresenceShown shown) => new()
    {
        Address = shown.Entity,
        Name = shown.DisplayName,
        State = View(shown.User),
        Devices = [.. shown.Devices.Select(View)],
        Version = shown.Version,
    };

    /// <summary>A device, as the API has it.</summary>
    public static PresenceDeviceView View(DeviceState device) => new()
    {
        Device = device.Device,
        Kind = device.Kind,
        State = View(device.State),
        Capabilities = [.. Enum.GetValues<Capabilities>().Where(one => one != 0 && device.Capabilities.HasFlag(one)).Select(KebabEnum<Capabilities>.Word)],
        Origin = device.Origin,
        Version = device.Version,
        Lost = device.IsLost,
    };

    /// <summary>A state, as the API has it.</summary>
    public static PresenceStateView View(in PresenceState state) =>
        new() { Activity = state.Activity, Availability = state.Availability, Note = state.Note, Since = state.Since };

    /// <summary>A state as it was said; the availability is the activity's, where none is said.</summary>
    public static PresenceState State(PresenceStateView view)
    {
        var state = new PresenceState(view.Activity, view.Since, WireText.Note(view.Note));
        return view.Availability is { } availability ? state with { Availability = availability } : state;
    }

    static PresenceReport Report(PresenceView view)
    {
        var builder = new ReportBuilder(view.Address is { } address ? XmlCharacters.Clean(address) : null);
        foreach (var device in view.Devices ?? [])
        {
            if (device?.State is null || WireText.Device(device.Device) is not { } name)
                continue;
            var capabilities = Capabilities.None;
            foreach (var word in device.Capabilities ?? [])
            {
                if (word is not null && KebabEnum<Capabilities>.TryParse(word, out var one))
                    capabilities |= one;
            }

            builder.Add(new() { Device = name, Kind = device.Kind, State = State(device.State), Capabilities = capabilities, IsLost = device.Lost });
        }

        // Who only says a state chose it.
        if (builder.States.Count == 0 && view.State is { Activity: not Activity.Unknown } state)
            builder.Add(new() { Device = ClientDevice, Kind = SourceKind.Manual, State = State(state) });
        return builder.Build();
    }
}
