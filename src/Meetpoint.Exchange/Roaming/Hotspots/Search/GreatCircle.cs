namespace Meetpoint.Exchange.Roaming.Hotspots;

/// <summary>A point of the globe as a unit vector: near the poles and the date line it is like everywhere else.</summary>
readonly record struct SpherePoint(double X, double Y, double Z)
{
    /// <summary>The point at so many degrees north and east.</summary>
    public static SpherePoint At(double latitude, double longitude)
    {
        var (sinLatitude, cosLatitude) = Math.SinCos(double.DegreesToRadians(latitude));
        var (sinLongitude, cosLongitude) = Math.SinCos(double.DegreesToRadians(longitude));
        return new SpherePoint(cosLatitude * cosLongitude, cosLatitude * sinLongitude, sinLatitude);
    }
}

/// <summary>Distances over the globe, taken for a sphere.</summary>
static class GreatCircle
{
    /// <summary>Mean radius of the earth in metres (IUGG: (2a + b) / 3 of WGS 84).</summary>
    public const double RadiusMetres = 6_371_008.8;

    /// <summary>Metres along the great circle. Exact for near points and for opposite ones alike.</summary>
    public static double Metres(in SpherePoint a, in SpherePoint b)
    {
        var x = (a.Y * b.Z) - (a.Z * b.Y);
        var y = (a.Z * b.X) - (a.X * b.Z);
        var z = (a.X * b.Y) - (a.Y * b.X);
        return RadiusMetres * Math.Atan2(Math.Sqrt((x * x) + (y * y) + (z * z)), (a.X * b.X) + (a.Y * b.Y) + (a.Z * b.Z));
    }

    /// <summary>The square of the straight line through the globe that belongs to a distance: it grows as the distance does, and costs less.</summary>
    /// <returns>A little more, so that rounding keeps nothing out that lies just within; 4 at most.</returns>
    public static double Chord(double metres)
    {
        var half = Math.Min(metres / (2 * RadiusMetres), Math.PI / 2);
        var sin = Math.Sin(half);
        return Math.Min(4, 4 * sin * sin * (1 + 1e-9)) + 1e-18;
    }
}
