using System.Runtime.CompilerServices;

// Every P/Invoke of this assembly passes blittable values only, so that the generated stubs are direct calls.
[assembly: DisableRuntimeMarshalling]
