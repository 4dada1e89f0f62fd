using System.Text;

namespace Meetpoint.Net.Dns;

/// <summary>One number being looked up: its questions, one after the other, and the time that it has.</summary>
sealed class EnumLookup(EnumResolver resolver, string number, Action<string?> done) : TimerNode
{
    const int MaxDigits = 15;

    readonly Stack<Rules> _rules = new();
    int _questions;
    bool _isOver;

    internal void Begin(string suffix, int timeoutMs)
    {
        if (number is not ['+', .. var digits] || digits.Length is 0 or > MaxDigits || !digits.All(char.IsAsciiDigit))
        {
            resolver.Loop.Post(() => Finish(null));
            return;
        }

        resolver.Loop.Timers.Arm(this, resolver.Loop.NowNs + (Math.Max(0, timeoutMs) * MonotonicTime.Millisecond));
        var name = new StringBuilder();
        for (var i = digits.Length - 1; i >= 0; i--)
            name.Append(digits[i]).Append('.');
        Ask(name.Append(suffix).ToString());
    }

    /// <inheritdoc/>
    protected internal override void Fire(long nowNs) => Finish(null);

    void Ask(string name)
    {
        _questions++;
        resolver.Names.Query(name, DnsType.Naptr, OnAnswer);
    }

    void OnAnswer(DnsAnswer answer)
    {
        if (_isOver)
            return;
        _rules.Push(new Rules(answer.Records.OfType<NaptrRecord>().Take(EnumResolver.MaxRecords)
            .OrderBy(record => record.Order).ThenBy(record => record.Preference)));
        Follow();
    }

    /// <summary>Goes through the rules in order, down where one leads to another name, and up again where nothing came of that.</summary>
    void Follow()
    {
        while (_rules.TryPeek(out var rules))
        {
            if (!rules.TryNext(out var rule))
            {
                _rules.Pop();
            }
            else if (rule.Flags.Equals("u", StringComparison.OrdinalIgnoreCase))
            {
                if (!IsSipService(rule.Service) || rule.Replacement.Length > 0 || NaptrRewrite.Apply(rule.Regexp, number) is not { } uri)
                    continue;
                rules.Matched(rule);
                if (!IsSipUri(uri))
                    continue;
                Finish(uri);
                return;
            }
            else if (rule.Flags.Length == 0 && NameOf(rule) is { } name && _questions < EnumResolver.MaxQuestions)
            {
                rules.Matched(rule);
                Ask(name);
                return;
            }
        }

        Finish(null);
    }

    /// <summary>Where a non-terminal rule leads: a replacement, or a regexp that makes a name; never both (RFC 3403 section 4.1).</summary>
    string? NameOf(NaptrRecord rule)
    {
        var name = rule.Regexp.Length == 0 ? rule.Replacement : rule.Replacement.Length == 0 ? NaptrRewrite.Apply(rule.Regexp, number) : null;
        return string.IsNullOrEmpty(name) || !DnsName.IsValid(name) ? null : name;
    }

    /// <summary>"E2U+sip", alone or among others (RFC 6116 section 3.4.3); subtypes such as "E2U+sip:x" are other services.</summary>
    static bool IsSipService(string service)
    {
        var parts = service.Split('+');
        return parts.Length > 1 && parts[0].Equals("E2U", StringComparison.OrdinalIgnoreCase) && parts.Skip(1).Contains("sip", StringComparer.OrdinalIgnoreCase);
    }

    static bool IsSipUri(string uri) =>
        (uri.StartsWith("sip:", StringComparison.OrdinalIgnoreCase) || uri.StartsWith("sips:", StringComparison.OrdinalIgnoreCase))
        && uri.AsSpan().IndexOfAnyExceptInRange('!', '~') < 0;

    void Finish(string? uri)
    {
        if (_isOver)
            return;
        _isOver = true;
        resolver.Loop.Timers.Cancel(this);
        done(uri);
    }

    /// <summary>The rules of one name. Once one has matched, those of a higher order are not looked at (RFC 3403 section 4.1).</summary>
    sealed class Rules(IEnumerable<NaptrRecord> records)
    {
        readonly Queue<NaptrRecord> _left = new(records);
        int _lastOrder = int.MaxValue;

        public bool TryNext([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out NaptrRecord? rule) => _left.TryDequeue(out rule) && rule.Order <= _lastOrder;

        public void Matched(NaptrRecord rule) => _lastOrder = rule.Order;
    }
}
