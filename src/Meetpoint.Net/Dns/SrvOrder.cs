namespace Meetpoint.Net.Dns;

/// <summary>The order in which the servers of an SRV answer are tried (RFC 2782).</summary>
public static class SrvOrder
{
    /// <summary>By priority; within one, drawn at random in proportion to weight, so weight 0 seldom comes first.</summary>
    public static IReadOnlyList<SrvRecord> Order(IEnumerable<SrvRecord> records, Random random)
    {
        var ordered = new List<SrvRecord>();
        foreach (var group in records.GroupBy(record => record.Priority).OrderBy(group => group.Key))
        {
            // Zero weights first in the running sum: they are drawn only when the number is 0.
            var left = group.OrderBy(record => record.Weight == 0 ? 0 : 1).ToList();
            while (left.Count > 0)
            {
                var draw = random.NextInt64(left.Sum(record => (long)record.Weight) + 1);
                var index = 0;
                for (long sum = left[0].Weight; sum < draw; sum += left[index].Weight)
                    index++;
                ordered.Add(left[index]);
                left.RemoveAt(index);
            }
        }

        return ordered;
    }
}
