// Kho 57: a section as HTML in a page of ASP.NET (Framework 4.5 or newer).
// Put this file into App_Code and write where the section shall stand:  <%= Kho57Section.Html() %>
// In Razor:  @Html.Raw(Kho57Section.Html())
// Asks the library every five minutes at most, waits three seconds at most, keeps the last copy while the
// library does not answer, and drops it where the library says that the section is gone.
using System;
using System.IO;
using System.Net;
using System.Text;

public static class Kho57Section
{
    const string Address = "https://kho57.example/feeds/XA-20056/ban-tin-xa/section.html";
    static readonly object Turn = new object();
    static string kept = "";
    static DateTime asked = DateTime.MinValue;

    public static string Html()
    {
        lock (Turn)
        {
            if (DateTime.UtcNow - asked < TimeSpan.FromMinutes(5)) return Shown();
            asked = DateTime.UtcNow;
        }
        try
        {
            ServicePointManager.SecurityProtocol |= SecurityProtocolType.Tls12;
            var request = (HttpWebRequest)WebRequest.Create(Address);
            request.Timeout = request.ReadWriteTimeout = 3000;
            using (var answer = request.GetResponse())
            using (var reader = new StreamReader(answer.GetResponseStream(), Encoding.UTF8))
            {
                var html = reader.ReadToEnd();
                if (html.Contains("class=\"kho57\"")) kept = html;
            }
        }
        catch (WebException refused)
        {
            var answer = refused.Response as HttpWebResponse;
            if (answer != null && (answer.StatusCode == HttpStatusCode.NotFound || answer.StatusCode == HttpStatusCode.Gone)) kept = "";
        }
        catch (IOException) { }
        return Shown();
    }

    static string Shown()
    {
        if (kept != "") return kept;
        return "<p><a href=\"" + Address.Substring(0, Address.IndexOf("/feeds/") + 1) + "\">Kho 57</a></p>";
    }
}
