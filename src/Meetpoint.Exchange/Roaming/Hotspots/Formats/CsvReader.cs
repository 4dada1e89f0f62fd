using System.Text;

namespace Meetpoint.Exchange.Roaming.Hotspots;

/// <summary>Why a record of a CSV file cannot be read.</summary>
enum CsvFault
{
    /// <summary>It can.</summary>
    None,

    /// <summary>A quote within a field that does not begin with one.</summary>
    StrayQuote,

    /// <summary>Something between a closing quote and the next comma.</summary>
    AfterQuote,

    /// <summary>The file ends within quotes.</summary>
    Unclosed,

    /// <summary>More than <see cref="CsvReader.MaxRecordChars"/> characters or <see cref="CsvReader.MaxFields"/> fields.</summary>
    TooLong,
}

/// <summary>
/// Records of a CSV file by RFC 4180, one after the other; lines may end with LF alone. After <see cref="CsvFault.StrayQuote"/> and
/// <see cref="CsvFault.AfterQuote"/> it goes on with the next line; the other faults end the file.
/// </summary>
/// <param name="text">The file, without its byte order mark.</param>
sealed class CsvReader(TextReader text)
{
    /// <summary>Fields of a record.</summary>
    public const int MaxFields = 256;

    /// <summary>Characters of a record: many times the longest hotspot.</summary>
    public const int MaxRecordChars = 128 << 10;

    readonly char[] _buffer = new char[16 << 10];
    readonly StringBuilder _field = new();
    readonly List<string> _fields = [];
    int _next;
    int _end;
    int _line = 1;
    bool _isOver;

    /// <summary>Line of the file on which the record begins, from 1.</summary>
    public int Line { get; private set; }

    /// <summary>Its fields; good until the next is read.</summary>
    public IReadOnlyList<string> Fields => _fields;

    /// <summary>Goes to the next record that is not an empty line; false at the end. A record with a fault has no fields worth reading.</summary>
    public bool TryRead(out CsvFault fault)
    {
        fault = CsvFault.None;
        while (!_isOver)
        {
            Line = _line;
            _fields.Clear();
            _field.Clear();
            if (Peek() < 0)
                return false;
            fault = ReadRecord();
            if (fault is CsvFault.Unclosed or CsvFault.TooLong)
                _isOver = true;
            else if (fault != CsvFault.None)
                SkipLine();
            if (fault != CsvFault.None || _fields.Count > 1 || _fields[0].Length > 0)
                return true;
        }

        return false;
    }

    CsvFault ReadRecord()
    {
        for (var chars = 0; ; chars++)
        {
            if (chars > MaxRecordChars || _fields.Count >= MaxFields)
                return CsvFault.TooLong;
            if (_field.Length == 0 && Peek() == '"')
            {
                Take();
                var fault = ReadQuoted(ref chars);
                if (fault != CsvFault.None)
                    return fault;
            }

            switch (Take())
            {
                case ',':
                    EndField();
                    break;
                case '\r' when Peek() == '\n':
                    break; // and the line feed ends it
                case < 0 or '\n':
                    EndField();
                    return CsvFault.None;
                case '"':
                    return CsvFault.StrayQuote;
                case var c:
                    _field.Append((char)c);
                    break;
            }
        }
    }

    CsvFault ReadQuoted(ref int chars)
    {
        for (; chars <= MaxRecordChars; chars++)
        {
            switch (Take())
            {
                case < 0:
                    return CsvFault.Unclosed;
                case '"' when Peek() == '"':
                    Take();
                    _field.Append('"');
                    break;
                case '"':
                    return Peek() is < 0 or ',' or '\n' or '\r' ? CsvFault.None : CsvFault.AfterQuote;
                case var c:
                    _field.Append((char)c);
                    break;
            }
        }

        return CsvFault.TooLong;
    }

    void EndField()
    {
        _fields.Add(_field.ToString());
        _field.Clear();
    }

    void SkipLine()
    {
        while (Take() is not (< 0 or '\n'))
        {
            // it is not worth reading
        }
    }

    int Peek()
    {
        if (_next == _end)
        {
            _end = text.Read(_buffer);
            _next = 0;
        }

        return _end == 0 ? -1 : _buffer[_next];
    }

    int Take()
    {
        var c = Peek();
        if (c >= 0)
            _next++;
        if (c == '\n')
            _line++;
        return c;
    }
}
