using System.Text.Json.Nodes;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using NodaTime;

namespace Meetpoint.Hosting;

/// <summary>What the OpenAPI generator cannot know: how NodaTime's types and exact decimals are written, and how callers prove themselves.</summary>
static class OpenApiSchemas
{
    const string KeyScheme = "key";

    public static void Apply(OpenApiOptions options)
    {
        options.AddSchemaTransformer((schema, context, _) =>
        {
            var type = context.JsonTypeInfo.Type;
            var value = Nullable.GetUnderlyingType(type) ?? type;
            if (Text(value) is not var (format, pattern, example))
                return Task.CompletedTask;
            schema.Type = value == type ? JsonSchemaType.String : JsonSchemaType.String | JsonSchemaType.Null;
            schema.Format = format;
            schema.Pattern = pattern;
            schema.Examples = [JsonValue.Create(example)];
            schema.Properties?.Clear();
            return Task.CompletedTask;
        });
        options.AddDocumentTransformer((document, context, _) =>
        {
            document.Servers = [];
            document.Info = context.DocumentName == Meetpoint.Exchange.Nni.NniApi.Document
                ? new OpenApiInfo { Title = "Meetpoint NNI", Version = "1", Description = "Signed messages between exchanges, over mutual TLS." }
                : new OpenApiInfo { Title = "Meetpoint", Version = "1", Description = "The API of an exchange. Errors are problem details (RFC 9457)." };
            if (context.DocumentName != Meetpoint.Exchange.Nni.NniApi.Document)
                RequireKey(document);
            return Task.CompletedTask;
        });
    }

    static void RequireKey(OpenApiDocument document)
    {
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>();
        document.Components.SecuritySchemes[KeyScheme] = new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = "bearer",
            Description = "A key made by `meetpoint key create`, scoped to a provider or to the operator.",
        };
        document.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(KeyScheme, document)] = [] }];
    }

    static (string? Format, string? Pattern, string Example)? Text(Type type) =>
        type == typeof(Instant) ? ("date-time", null, "2026-11-22T09:30:00Z")
        : type == typeof(LocalDateTime) ? (null, @"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?$", "2026-11-22T09:30:00")
        : type == typeof(LocalDate) ? ("date", null, "2026-11-22")
        : type == typeof(Duration) ? (null, @"^-?\d+:\d{2}:\d{2}(\.\d{1,9})?$", "0:30:00")
        : type == typeof(decimal) ? (null, @"^-?\d+(\.\d+)?$", "0.012")
        : null;
}
