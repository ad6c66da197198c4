/*
 * <kho57-section section="XA-20056/ban-tin-xa" lang="vi" layout="list|cards|feature" theme="light|dark|auto"
 *                limit="6" untitled style="display:block;min-height:704px">fallback</kho57-section>
 *
 * Shows a section of the library from which this script was loaded. It asks only that library, keeps nothing,
 * and draws in a shadow root. What stands inside the element is shown until there is a list, and whenever there
 * is none. What does not fit into the element's min-height waits behind a button, so nothing below it moves.
 * Syntax of ES2017 at most; where even that is too new, the fallback stays.
 */
(function (w, d) {
  "use strict";
  const NAME = "kho57-section", script = d.currentScript, MINUTE = 6e4;
  if (!script || !w.customElements || customElements.get(NAME)) return;
  const library = new URL(script.src).origin, told = {}, all = new Set();
  /* The kinds of KINDS, then what is said; other kinds are called by their codes. */
  const WORDS = {
    vi: ["Bài viết", "Ảnh", "Tài liệu", "Phát", "Xem thêm", "Xem cả chuyên mục", "Từ Kho 57, thành phố Huế", "trang"],
    en: ["Article", "Photo", "Document", "Play", "See more", "See the whole section", "From Kho 57, Hue City", "pages"],
  };
  const KINDS = ["article", "photo", "document"];
  const CSS = "/* kho57-section.css */";
  const sheet = d.adoptedStyleSheets && new CSSStyleSheet();
  if (sheet) sheet.replaceSync(CSS);

  function el(tag, attributes, ...children) {
    const made = d.createElement(tag);
    Object.keys(attributes).forEach(name => {
      if (attributes[name] != null) made.setAttribute(name, attributes[name]);
    });
    made.append(...children.filter(child => child));
    return made;
  }
  function text(tag, part, says, lang) {
    return says && el(tag, { part, lang }, says);
  }
  function button(part, says, act) {
    const made = text("button", part, says);
    made.onclick = act;
    return made;
  }
  /* mm:ss, or hh:mm:ss from an hour on. */
  function clock(seconds) {
    return " · " + new Date(1e3 * seconds).toISOString().slice(seconds < 3600 ? 14 : 11, 19);
  }
  function player(item, attachment) {
    const words = (item._kho57.words || []).filter(each => each.type === "text/vtt");
    return el(attachment.mime_type.slice(0, 5), {
      src: attachment.url, controls: "", autoplay: "", playsinline: "", "aria-label": item.title,
      crossorigin: words[0] && "",
    }, ...words.map((each, place) => el("track", {
      src: each.url, srclang: each.language, label: each.language, kind: "captions", default: place ? null : "",
    })));
  }

  /* One element's life; returns what makes it look again. */
  function begin(host) {
    const root = host.attachShadow({ mode: "open" });
    const chosen = name => host.getAttribute(name);
    let list, rows, more, open, kept, playing, wide, at;

    function bare() {
      list = root.textContent = "";
      root.append(d.createElement("slot"));
    }
    /* Asks for the list; without an answer takes what the browser kept, without that leaves what stands. */
    function look() {
      const name = host.lang === "en" ? "/feed.en.json$&" : "/feed.json$&";
      const url = library + "/feeds/" + (chosen("section") || "").replace(/\?|$/, name);
      const ask = cache => fetch(url, { credentials: "omit", cache }).then(answer => {
        if (!answer.ok) throw 0;
        return answer.text();
      });
      if (at > Date.now() - MINUTE) return;
      at = Date.now();
      ask("default").catch(() => ask("force-cache")).then(answer => {
        const feed = JSON.parse(answer);
        if (answer === kept || feed.items.some(item => item.id === playing)) return;
        show(feed);
        kept = answer;
      }).catch(() => 0);
    }
    function show(feed) {
      const words = WORDS[host.lang] || WORDS.vi;
      rows = feed.items.slice(0, chosen("limit") || 50).map(item => row(item, words));
      bare();
      if (!rows[0]) return;
      more = button("more", words[4], () => {
        const next = rows.find(each => each.hidden);
        open = 1;
        fit();
        next.querySelector("a").focus();
      });
      list = el("section", {
        class: `k ${chosen("layout") || "list"} ${chosen("theme")}`, dir: "ltr", lang: feed.language,
        part: "section", "aria-label": feed.title,
      },
      chosen("untitled") == null && text("h2", "title", feed.title),
      el("ul", { part: "list", role: "list" }, ...rows),
      el("footer", { part: "foot" }, more, el("a", { href: feed.home_page_url }, words[5]), words[6]));
      root.textContent = "";
      root.append(list);
      if (sheet) root.adoptedStyleSheets = [sheet]; else root.append(text("style", "style", CSS));
      fit();
      tell(feed._kho57.section);
    }
    function row(item, words) {
      const about = item._kho57, kind = about.kind, pictures = about.renditions || [];
      const picture = pictures.find(each => each.width > 479) || pictures[0];
      const media = (item.attachments || []).find(each => /^(vid|aud)/.test(each.mime_type));
      const date = item.date_published.slice(0, 10), play = media && button("play", "▶ " + words[3], () => {
        playing = item.id;
        play.remove();
        made.append(player(item, media));
        made.lastChild.focus();
      });
      const made = el("li", { part: "entry " + kind },
        el("div", {},
          text("b", "kind", words[KINDS.indexOf(kind)] || kind),
          el("h3", { part: "name", lang: item.language }, el("a", { href: item.url }, item.title)),
          item.content_text !== item.title && text("p", "summary", item.content_text, item.language),
          el("small", { part: "meta" },
            el("time", { datetime: date }, date.split("-").reverse().join("/")),
            about.duration && clock(about.duration),
            about.pages && ` · ${about.pages} ${words[7]}`),
          play),
        picture && el("i", { part: "media", class: kind }, el("img", {
          src: picture.url, srcset: pictures.map(each => each.url + ` ${each.width}w`).join(), sizes: "auto, 320px",
          width: picture.width, height: picture.height, alt: about.alt || "", loading: "lazy",
        })));
      return made;
    }
    /* Hides from the end what has no room; in a tab that is not shown everything fits. */
    function fit() {
      wide = host.offsetWidth;
      if (!list) return;
      const room = parseFloat(getComputedStyle(host).minHeight);
      let left = rows.length;
      rows.forEach(each => { each.hidden = false; });
      more.hidden = true;
      while (!open && room && --left && list.offsetHeight > room + 1) more.hidden = !(rows[left].hidden = true);
    }
    /* Once for each section and view of a page, when it is seen: where it stands, nothing about who looks. */
    function tell(section) {
      const origin = location.origin;
      if (!section || told[section] || origin === library || !/^http/.test(origin)) return;
      told[section] = 1;
      new IntersectionObserver((entries, watch) => {
        if (!entries.some(entry => entry.isIntersecting)) return;
        watch.disconnect();
        fetch(library + "/embed/seen", {
          method: "POST", keepalive: true, credentials: "omit",
          body: JSON.stringify({ section, form: "component", origin }),
        }).catch(() => 0);
      }).observe(host);
    }

    bare();
    if (w.ResizeObserver) new ResizeObserver(() => wide === host.offsetWidth || fit()).observe(host);
    return look;
  }

  customElements.define(NAME, class extends HTMLElement {
    connectedCallback() {
      this.look = this.look || begin(this);
      all.add(this);
      this.look();
    }
    disconnectedCallback() {
      all.delete(this);
    }
  });

  /* A page that stays open looks again: each five minutes, and when the reader comes back to it. */
  function again() {
    all.forEach(each => d.hidden || each.look());
  }
  d.addEventListener("visibilitychange", again);
  setInterval(again, 5 * MINUTE);
})(window, document);
