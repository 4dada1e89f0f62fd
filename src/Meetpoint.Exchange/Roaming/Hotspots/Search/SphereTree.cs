namespace Meetpoint.Exchange.Roaming.Hotspots;

/// <summary>Takes the points that a search comes by, and says how far it still has to look.</summary>
interface INearest
{
    /// <summary>Square of the chord beyond which nothing is wanted; shrinks as nearer ones are found.</summary>
    double Bound { get; }

    /// <summary>A point within the bound, by its number in the tree.</summary>
    void Take(int point, double chord);
}

/// <summary>Points of the globe in a balanced k-d tree of their unit vectors (Bentley 1975), in flat arrays. Immutable.</summary>
sealed class SphereTree
{
    /// <summary>So few points are looked at one by one.</summary>
    const int Leaf = 8;

    readonly int[] _points;
    readonly double[] _coordinates;
    readonly byte[] _axes;

    /// <summary>Builds the tree; the points keep their numbers.</summary>
    public SphereTree(ReadOnlySpan<SpherePoint> points)
    {
        _points = new int[points.Length];
        _coordinates = new double[points.Length * 3];
        _axes = new byte[points.Length];
        for (var i = 0; i < points.Length; i++)
        {
            _points[i] = i;
            (_coordinates[i * 3], _coordinates[(i * 3) + 1], _coordinates[(i * 3) + 2]) = points[i];
        }

        Split(0, points.Length);
    }

    /// <summary>Hands over points within the bound; among those further than what was found, maybe not all.</summary>
    public void Search<T>(in SpherePoint from, ref T nearest)
        where T : INearest, allows ref struct => Search(0, _points.Length, in from, ref nearest);

    void Search<T>(int low, int high, in SpherePoint from, ref T nearest)
        where T : INearest, allows ref struct
    {
        while (high - low > Leaf)
        {
            var middle = low + ((high - low) / 2);
            var axis = _axes[middle];
            var across = (axis == 0 ? from.X : axis == 1 ? from.Y : from.Z) - _coordinates[(middle * 3) + axis];
            if (across < 0)
                Search(low, middle, in from, ref nearest);
            else
                Search(middle + 1, high, in from, ref nearest);
            Look(middle, in from, ref nearest);
            if (across * across > nearest.Bound)
                return;
            if (across < 0)
                low = middle + 1;
            else
                high = middle;
        }

        for (var i = low; i < high; i++)
            Look(i, in from, ref nearest);
    }

    void Look<T>(int place, in SpherePoint from, ref T nearest)
        where T : INearest, allows ref struct
    {
        var x = from.X - _coordinates[place * 3];
        var y = from.Y - _coordinates[(place * 3) + 1];
        var z = from.Z - _coordinates[(place * 3) + 2];
        var chord = (x * x) + (y * y) + (z * z);
        if (chord <= nearest.Bound)
            nearest.Take(_points[place], chord);
    }

    void Split(int low, int high)
    {
        while (high - low > Leaf)
        {
            var middle = low + ((high - low) / 2);
            var axis = WidestAxis(low, high);
            Select(low, high - 1, middle, axis);
            _axes[middle] = axis;
            Split(low, middle);
            low = middle + 1;
        }
    }

    byte WidestAxis(int low, int high)
    {
        var widest = (Axis: (byte)0, Width: -1.0);
        for (byte axis = 0; axis < 3; axis++)
        {
            var (least, most) = (double.MaxValue, double.MinValue);
            for (var i = low; i < high; i++)
            {
                least = Math.Min(least, _coordinates[(i * 3) + axis]);
                most = Math.Max(most, _coordinates[(i * 3) + axis]);
            }

            if (most - least > widest.Width)
                widest = (axis, most - least);
        }

        return widest.Axis;
    }

    /// <summary>Brings the point of rank <paramref name="rank"/> to its place, smaller ones before it, greater ones behind (Hoare's selection).</summary>
    void Select(int low, int high, int rank, int axis)
    {
        while (low < high)
        {
            var pivot = _coordinates[((low + ((high - low) / 2)) * 3) + axis];
            var (i, j) = (low, high);
            while (i <= j)
            {
                while (_coordinates[(i * 3) + axis] < pivot)
                    i++;
                while (_coordinates[(j * 3) + axis] > pivot)
                    j--;
                if (i <= j)
                    Swap(i++, j--);
            }

            if (rank <= j)
                high = j;
            else if (rank >= i)
                low = i;
            else
                return;
        }
    }

    void Swap(int a, int b)
    {
        (_points[a], _points[b]) = (_points[b], _points[a]);
        for (var axis = 0; axis < 3; axis++)
            (_coordinates[(a * 3) + axis], _coordinates[(b * 3) + axis]) = (_coordinates[(b * 3) + axis], _coordinates[(a * 3) + axis]);
    }
}
