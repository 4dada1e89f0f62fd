namespace Meetpoint.Demo;

/// <summary>Something that had to happen did not. The message says what was expected and what was seen instead, with the tail of a log where there is one.</summary>
sealed class DemoFailedException(string message) : Exception(message);
