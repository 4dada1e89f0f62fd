using System.Runtime.CompilerServices;

namespace Meetpoint.Media.Video.Bandwidth;

/// <summary>What a line is worth against the others of its peer.</summary>
public enum LineImportance
{
    /// <summary>What is presented.</summary>
    Content,

    /// <summary>Who speaks.</summary>
    Speaker,

    /// <summary>Somebody else.</summary>
    Other,
}

/// <summary>Bit/s of each layer of a source, lowest first; 0 for one that does not come.</summary>
[InlineArray(LayerAllocation.MaxLayers)]
public struct LayerRates
{
    long _first;

    /// <summary>Rates of the layers, at most <see cref="LayerAllocation.MaxLayers"/>; further ones are left out.</summary>
    public static LayerRates Of(params ReadOnlySpan<long> rates)
    {
        var result = default(LayerRates);
        for (var i = 0; i < Math.Min(rates.Length, LayerAllocation.MaxLayers); i++)
            result[i] = rates[i];
        return result;
    }
}

/// <summary>What one line of a peer could be sent.</summary>
/// <param name="OutputId">The line.</param>
/// <param name="Participant">Who is shown in it; another one begins without a history.</param>
/// <param name="Importance">Against the other lines.</param>
/// <param name="Rates">Of the layers that are worth while at the size in which the line is looked at: those above are left out; all are when it is not looked at.</param>
public readonly record struct LineDemand(int OutputId, uint Participant, LineImportance Importance, LayerRates Rates)
{
    /// <summary>The highest layer that comes; -1 when none does.</summary>
    public int Highest
    {
        get
        {
            var layer = LayerAllocation.MaxLayers - 1;
            while (layer >= 0 && Rates[layer] <= 0)
                layer--;
            return layer;
        }
    }
}
