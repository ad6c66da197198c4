// Kho 57: a section as HTML in a page of JSP (Java 8 or newer).
// Compile into WEB-INF/classes, in a package of yours, import it, and write where the section shall stand:
//   <%= Kho57Section.html() %>
// Asks the library every five minutes at most, waits three seconds at most, keeps the last copy while the
// library does not answer, and drops it where the library says that the section is gone.
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URL;

public final class Kho57Section {
    private static final String ADDRESS = "https://kho57.example/feeds/XA-20056/ban-tin-xa/section.html";
    private static final long PAUSE = 300_000L;
    private static String kept = "";
    private static long asked = 0L;

    private Kho57Section() {
    }

    public static String html() {
        if (isTime()) {
            try {
                ask((HttpURLConnection) new URL(ADDRESS).openConnection());
            } catch (IOException noAnswer) {
                // what is kept stays
            }
        }
        String link = "<p><a href=\"" + ADDRESS.replaceFirst("/feeds/.*", "/") + "\">Kho 57</a></p>";
        return kept.isEmpty() ? link : kept;
    }

    private static synchronized boolean isTime() {
        long now = System.currentTimeMillis();
        if (now - asked < PAUSE) {
            return false;
        }
        asked = now;
        return true;
    }

    private static void ask(HttpURLConnection line) throws IOException {
        line.setConnectTimeout(3000);
        line.setReadTimeout(3000);
        int status = line.getResponseCode();
        if (status == 404 || status == 410) {
            kept = "";
        }
        if (status != 200) {
            return;
        }
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        try (InputStream body = line.getInputStream()) {
            byte[] part = new byte[8192];
            for (int size = body.read(part); size > 0; size = body.read(part)) {
                read.write(part, 0, size);
            }
        }
        String html = read.toString("UTF-8");
        if (html.contains("class=\"kho57\"")) {
            kept = html;
        }
    }

    public static void main(String[] none) throws IOException {
        System.out.write(html().getBytes("UTF-8"));
        System.out.flush();
    }
}
