// Real peers and real time: one test at a time, so that a busy machine does not look like a fault.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
