using System.Collections.Immutable;

namespace Meetpoint.Exchange.Interconnect;

/// <summary>Looking up in lists that stand in the byte order of ids, as those of a stored world do.</summary>
static class SortedById
{
    /// <summary>Where the id stands; when it is absent, the complement of where it would.</summary>
    public static int IndexOf<T>(ImmutableArray<T> items, string id, Func<T, string> idOf)
    {
        int low = 0, high = items.Length - 1;
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var order = string.CompareOrdinal(idOf(items[middle]), id);
            if (order == 0)
                return middle;
            if (order < 0)
                low = middle + 1;
            else
                high = middle - 1;
        }

        return ~low;
    }
}
