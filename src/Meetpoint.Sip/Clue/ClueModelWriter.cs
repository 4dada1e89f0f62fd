using System.Globalization;
using Meetpoint.Net.Xml;

namespace Meetpoint.Sip.Clue;

/// <summary>Writes what the data model has within messages, in the order of the schema of RFC 8846 section 4.</summary>
static class ClueModelWriter
{
    const string P = ClueNames.Messages;
    const string I = ClueNames.Info;

    public static void Write(XmlDocumentWriter xml, ClueAdvertisement advertisement)
    {
        xml.Start("mediaCaptures", P);
        foreach (var capture in advertisement.Captures)
            Write(xml, capture);
        xml.End().Start("encodingGroups", P);
        foreach (var group in advertisement.EncodingGroups)
        {
            xml.Start("encodingGroup", I).Attribute("encodingGroupID", group.Id).Element("maxGroupBandwidth", I, group.MaxBandwidth.ToString(CultureInfo.InvariantCulture));
            ClueWriter.List(xml, "encodingIDList", I, "encodingID", I, group.Encodings);
            xml.End();
        }

        xml.End().Start("captureScenes", P);
        foreach (var scene in advertisement.Scenes)
            Write(xml, scene);
        xml.End();
        if (advertisement.SimultaneousSets.Count == 0)
            return;
        xml.Start("simultaneousSets", P);
        foreach (var set in advertisement.SimultaneousSets)
        {
            xml.Start("simultaneousSet", I).Attribute("setID", set.Id);
            Items(xml, "mediaCaptureIDREF", set.Captures);
            Items(xml, "sceneViewIDREF", set.Views);
            xml.End();
        }

        xml.End();
    }

    public static void Write(XmlDocumentWriter xml, IReadOnlyList<ClueCaptureEncoding> encodings)
    {
        if (encodings.Count == 0)
            return;
        xml.Start("captureEncodings", P);
        foreach (var encoding in encodings)
        {
            xml.Start("captureEncoding", I).Attribute("ID", encoding.Id).Element("captureID", I, encoding.Capture).Element("encodingID", I, encoding.Encoding);
            if (encoding.HasSubset)
            {
                xml.Start("configuredContent", I);
                Items(xml, "mediaCaptureIDREF", encoding.ConfiguredCaptures);
                Items(xml, "sceneViewIDREF", encoding.ConfiguredViews);
                xml.End();
            }

            xml.End();
        }

        xml.End();
    }

    static void Write(XmlDocumentWriter xml, ClueScene scene)
    {
        xml.Start("captureScene", I).Attribute("scale", scene.Scale).Attribute("sceneID", scene.Id);
        if (scene.Views.Count > 0)
        {
            xml.Start("sceneViews", I);
            foreach (var view in scene.Views)
            {
                xml.Start("sceneView", I).Attribute("sceneViewID", view.Id);
                ClueWriter.List(xml, "mediaCaptureIDs", I, "mediaCaptureIDREF", I, view.Captures);
                xml.End();
            }

            xml.End();
        }

        xml.End();
    }

    static void Write(XmlDocumentWriter xml, ClueCapture capture)
    {
        xml.Start("mediaCapture", I).Attribute("xsi", "type", ClueNames.SchemaInstance, capture.MediaType + "CaptureType")
            .Attribute("captureID", capture.Id).Attribute("mediaType", capture.MediaType).Element("captureSceneIDREF", I, capture.Scene);
        if (capture.Space is { } space)
            Write(xml, space);
        else
            xml.Element("nonSpatiallyDefinable", I, "true");
        if (capture.IsMultiple)
            WriteContent(xml, capture);
        else
            xml.Element("individual", I, "true");
        xml.Element("encGroupIDREF", I, capture.EncodingGroup).Element("description", I, capture.Description)
            .Element("priority", I, capture.Priority is { } priority ? ClueWriter.Text(priority) : null)
            .Element("presentation", I, capture.Presentation).Element("view", I, capture.View).End();
    }

    static void WriteContent(XmlDocumentWriter xml, ClueCapture capture)
    {
        if (capture.HasContent)
        {
            xml.Start("content", I);
            Items(xml, "mediaCaptureIDREF", capture.ContentCaptures);
            Items(xml, "sceneViewIDREF", capture.ContentViews);
            xml.End();
        }

        if (capture.Policy is { } policy)
            xml.Element("policy", I, string.Create(CultureInfo.InvariantCulture, $"{policy.Choice}:{policy.Index}"));
        if (capture.MaxCaptures is { } max)
            xml.Start("maxCaptures", I).Attribute("exactNumber", capture.IsExactly ? "true" : null).Text(ClueWriter.Text((uint)max)).End();
        xml.Element("allowSubsetChoice", I, ClueWriter.Text(capture.AllowsSubset));
    }

    static void Write(XmlDocumentWriter xml, ClueSpace space)
    {
        xml.Start("spatialInformation", I);
        if (space.Point is { } point)
        {
            xml.Start("captureOrigin", I);
            Write(xml, "capturePoint", point);
            xml.End();
        }

        if (space.Area is { } area)
        {
            xml.Start("captureArea", I);
            Write(xml, "bottomLeft", area.BottomLeft);
            Write(xml, "bottomRight", area.BottomRight);
            Write(xml, "topLeft", area.TopLeft);
            Write(xml, "topRight", area.TopRight);
            xml.End();
        }

        xml.End();
    }

    static void Write(XmlDocumentWriter xml, string name, CluePoint point) =>
        xml.Start(name, I).Element("x", I, Text(point.X)).Element("y", I, Text(point.Y)).Element("z", I, Text(point.Z)).End();

    static void Items(XmlDocumentWriter xml, string name, IReadOnlyList<string> values)
    {
        foreach (var value in values)
            xml.Element(name, I, value);
    }

    // Without an exponent, which xs:decimal does not know.
    static string Text(double value) => value.ToString("0.0##########", CultureInfo.InvariantCulture);
}
