using System.Threading.Tasks.Sources;

namespace Meetpoint.Net;

/// <summary>
/// What stands between <see cref="System.Net.Security.SslStream"/> and a socket of the loop: a read completes on the loop when the
/// socket is readable, so all that awaits it runs on the loop, and a write only queues.
/// </summary>
sealed class TlsInnerStream(SocketStream socket) : Stream, IValueTaskSource<int>
{
    ManualResetValueTaskSourceCore<int> _read;
    Memory<byte> _destination;
    bool _reading;
    bool _isReady;
    bool _ended;

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_ended)
            return ValueTask.FromResult(0);
        // SslStream asks for nothing first, and for bytes once it is told that some are there: they are, and need no other turn of the loop.
        if (_isReady && !buffer.IsEmpty)
        {
            _isReady = false;
            var count = socket.ReadRaw(buffer.Span, out var failure);
            if (failure is not null)
            {
                _ended = true;
                return ValueTask.FromException<int>(new IOException(failure));
            }

            if (count >= 0)
            {
                _ended |= count == 0;
                return ValueTask.FromResult(count);
            }
        }

        _read.Reset();
        _destination = buffer;
        _reading = true;
        return new ValueTask<int>(this, _read.Version);
    }

    public override void Write(ReadOnlySpan<byte> buffer) => socket.QueueRaw(buffer);

    public override void Write(byte[] buffer, int offset, int count) => socket.QueueRaw(buffer.AsSpan(offset, count));

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        socket.QueueRaw(buffer.Span);
        return ValueTask.CompletedTask;
    }

    public override void Flush()
    {
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    int IValueTaskSource<int>.GetResult(short token) => _read.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<int>.GetStatus(short token) => _read.GetStatus(token);

    void IValueTaskSource<int>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _read.OnCompleted(continuation, state, token, flags);

    /// <summary>The socket is readable. False when nobody reads.</summary>
    internal bool OnReadable()
    {
        if (!_reading)
            return false;
        if (_destination.IsEmpty)
        {
            // A read of nothing asks only to be told that something is there.
            _isReady = true;
            CompleteRead(0);
            return true;
        }

        var count = socket.ReadRaw(_destination.Span, out var failure);
        if (failure is not null)
            Fail(failure);
        else if (count >= 0)
            Complete(count);
        return true;
    }

    /// <summary>The socket is closed: who reads gets the end.</summary>
    internal void Cancel()
    {
        _ended = true;
        if (_reading)
            Complete(0);
    }

    void Complete(int count)
    {
        _ended |= count == 0;
        CompleteRead(count);
    }

    void CompleteRead(int count)
    {
        _reading = false;
        _destination = default;
        _read.SetResult(count);
    }

    void Fail(string reason)
    {
        _ended = true;
        _reading = false;
        _destination = default;
        _read.SetException(new IOException(reason));
    }
}
