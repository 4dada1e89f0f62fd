using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Meetpoint.Exchange.Api;

/// <summary>What the HTTP server takes from one client and from all of them.</summary>
public static class ApiLimits
{
    /// <summary>Bytes of a body, unless the endpoint says otherwise.</summary>
    public const long BodyBytes = 1 << 20;

    /// <summary>Bytes of all headers; more is 431.</summary>
    public const int HeaderBytes = 32 << 10;

    /// <summary>Bytes of the request line; more is 414.</summary>
    public const int LineBytes = 8 << 10;

    /// <summary>Connections at one time.</summary>
    public const int Connections = 4_096;

    /// <summary>Bytes a second, averaged, below which a body is given up (408); ten times slower than an analogue modem.</summary>
    public const double BytesPerSecond = 240;

    static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);
    static readonly TimeSpan HeaderWait = TimeSpan.FromSeconds(10);
    static readonly TimeSpan IdleWait = TimeSpan.FromSeconds(90);

    /// <summary>Sets them.</summary>
    public static void Apply(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = BodyBytes;
        kestrel.Limits.MaxRequestHeadersTotalSize = HeaderBytes;
        kestrel.Limits.MaxRequestLineSize = LineBytes;
        kestrel.Limits.MaxConcurrentConnections = Connections;
        kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(BytesPerSecond, Grace);
        kestrel.Limits.MinResponseDataRate = new MinDataRate(BytesPerSecond, Grace);
        kestrel.Limits.RequestHeadersTimeout = HeaderWait;
        kestrel.Limits.KeepAliveTimeout = IdleWait;
    }
}
