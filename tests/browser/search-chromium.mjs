// A headless Chromium over its debugging pipe, without packages.
import { spawn } from "node:child_process";
import fs from "node:fs";
import http from "node:http";
import os from "node:os";
import path from "node:path";
import zlib from "node:zlib";

/** Starts the browser. */
export async function browser() {
  const binary = process.env.CHROMIUM ?? ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find((file) => fs.existsSync(file));
  if (!binary) throw new Error("Chromium is not installed; set CHROMIUM to its path");
  const profile = fs.mkdtempSync(path.join(os.tmpdir(), "search-browser-"));
  const child = spawn(binary, ["--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-extensions", "--mute-audio",
    "--remote-debugging-pipe", `--user-data-dir=${profile}`, "about:blank"], { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] });
  const pending = new Map();
  const listeners = new Set();
  let buffer = "", id = 0;
  child.stdio[4].setEncoding("utf8").on("data", (data) => {
    buffer += data;
    for (let end; (end = buffer.indexOf("\0")) >= 0; buffer = buffer.slice(end + 1)) {
      const message = JSON.parse(buffer.slice(0, end));
      if (message.id) {
        const { resolve, reject } = pending.get(message.id) ?? {};
        pending.delete(message.id);
        if (message.error) reject?.(new Error(message.error.message));
        else resolve?.(message.result);
      } else for (const listener of listeners) listener(message);
    }
  });
  // A browser that has stopped answering fails a test; it must not stop them all.
  const limited = (what, promise) => {
    let timer;
    const late = new Promise((_, reject) => { timer = setTimeout(() => reject(new Error("no answer in a minute: " + what)), 60_000); });
    return Promise.race([promise, late]).finally(() => clearTimeout(timer));
  };
  const send = (method, params = {}, sessionId) => limited(method, new Promise((resolve, reject) => {
    pending.set(++id, { resolve, reject });
    child.stdio[3].write(JSON.stringify({ id, method, params, sessionId }) + "\0");
  }));
  return {
    async page({ width = 1280, height = 800 } = {}) {
      const { targetId } = await send("Target.createTarget", { url: "about:blank" });
      const { sessionId } = await send("Target.attachToTarget", { targetId, flatten: true });
      const call = (method, params) => send(method, params, sessionId);
      const page = { call, problems: [], bytes: 0, requests: [] };
      const loads = [], pauses = [];
      listeners.add(({ method, params, sessionId: from }) => {
        if (from !== sessionId) return;
        if (method === "Runtime.exceptionThrown") page.problems.push(params.exceptionDetails.exception?.description ?? params.exceptionDetails.text);
        if (method === "Log.entryAdded" && params.entry.level === "error") page.problems.push(`${params.entry.text} ${params.entry.url ?? ""}`);
        if (method === "Network.requestWillBeSent") page.requests.push(params.request.url);
        if (method === "Network.loadingFinished") page.bytes += params.encodedDataLength;
        if (method === "Fetch.requestPaused") for (const done of pauses.splice(0)) done(params.requestId);
        if (method === "Page.loadEventFired") for (const done of loads.splice(0)) done();
      });
      for (const domain of ["Page", "Runtime", "Log", "Network"]) await call(domain + ".enable");
      await call("Emulation.setDeviceMetricsOverride", { width, height, deviceScaleFactor: 1, mobile: width < 500 });
      page.loaded = () => new Promise((resolve) => loads.push(resolve));
      /** The next request that is held up, where `Fetch.enable` asked for it. */
      page.paused = () => new Promise((resolve) => pauses.push(resolve));
      page.open = async (url) => {
        const loaded = page.loaded();
        await call("Page.navigate", { url });
        await limited(url, loaded);
      };
      page.run = async (expression) => {
        const { result, exceptionDetails } = await call("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true });
        if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
        return result.value;
      };
      page.until = async (expression, limit = 10000) => {
        for (const start = Date.now(); Date.now() - start < limit;) {
          const value = await page.run(expression).catch(() => undefined);
          if (value) return value;
          await new Promise((resolve) => setTimeout(resolve, 10));
        }
        throw new Error("never came true: " + expression);
      };
      page.key = async (key, modifiers = 0) => {
        const codes = { Enter: 13, Escape: 27, ArrowDown: 40, ArrowUp: 38, Tab: 9, Backspace: 8 };
        const text = key.length === 1 && !(modifiers & 6) ? key : key === "Enter" ? "\r" : undefined;
        const event = { key, modifiers, text, windowsVirtualKeyCode: codes[key] ?? key.toUpperCase().charCodeAt(0), code: codes[key] ? key : undefined };
        await call("Input.dispatchKeyEvent", { ...event, type: text ? "keyDown" : "rawKeyDown" });
        await call("Input.dispatchKeyEvent", { ...event, type: "keyUp", text: undefined });
      };
      page.type = async (text) => {
        for (const char of text) await page.key(char);
      };
      page.shot = async (file) => {
        const { data } = await call("Page.captureScreenshot", { format: "png" });
        fs.writeFileSync(file, Buffer.from(data, "base64"));
      };
      return page;
    },
    async close() {
      await send("Browser.close").catch(() => {});
      await new Promise((resolve) => (child.exitCode === null ? child.once("exit", resolve) : resolve()));
      fs.rmSync(profile, { recursive: true, force: true });
    },
  };
}

const TYPES = { json: "application/json", html: "text/html; charset=utf-8", js: "text/javascript", css: "text/css", svg: "image/svg+xml" };

/** Sends a recording, or the part of it that is asked for (RFC 9110, 14.2), without which a browser can't seek. */
function part(request, response, body) {
  const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? "") ?? [];
  if (from === undefined) return response.writeHead(200, { "Content-Type": "audio/wav", "Accept-Ranges": "bytes", "Content-Length": body.length }).end(body);
  const end = to ? Number(to) : body.length - 1;
  response.writeHead(206, { "Content-Type": "audio/wav", "Content-Range": `bytes ${from}-${end}/${body.length}` }).end(body.subarray(Number(from), end + 1));
}

/** Runs a test and tells how it went. One that fails makes the process end with 1. */
export async function test(name, run) {
  try {
    await run();
    console.log("ok   " + name);
  } catch (error) {
    process.exitCode = 1;
    console.log("FAIL " + name + "\n" + error.stack);
  }
}

/** Serves a folder with gzip below `/some/prefix/`, as static hosts do. `broken` names files to answer with 404 or cut; while it is `down` nothing is answered, and while it is `slow` pages take so many milliseconds; `changed` tells that files are others; with `rules` it sends the header by which browsers fetch ahead by themselves. */
export async function serve(folder, prefix = "/") {
  const packed = new Map();
  const state = { broken: new Map(), down: false, slow: 0, rules: false, changed: () => packed.clear() };
  const log = [];
  const server = http.createServer(async (request, response) => {
    if (state.down) return request.socket.destroy();
    if (state.slow && request.headers.accept?.includes("text/html")) await new Promise((resolve) => setTimeout(resolve, state.slow));
    let name = decodeURIComponent(new URL(request.url, "http://x").pathname);
    if (!name.startsWith(prefix)) return response.writeHead(404).end();
    name = name.slice(prefix.length - 1);
    if (name.endsWith("/")) name += "index.html";
    const file = path.join(folder, name);
    const broken = [...state.broken].find(([part]) => name.includes(part))?.[1];
    if (/\.(wav|webm)$/.test(name) && fs.existsSync(file)) return part(request, response, fs.readFileSync(file));
    if (broken === "missing" || !file.startsWith(folder) || !fs.existsSync(file)) return response.writeHead(404).end();
    let body = broken ? undefined : packed.get(file);
    if (!body) {
      body = fs.readFileSync(file);
      body = zlib.gzipSync(broken === "cut" ? body.subarray(0, body.length / 2) : body);
      if (!broken) packed.set(file, body);
    }
    const rules = "/speculation-rules.json";
    const ahead = state.rules && name.endsWith(".html") ? { "Speculation-Rules": `"${prefix.slice(0, -1)}${rules}"` } : {};
    const type = name === rules ? "application/speculationrules+json" : TYPES[name.split(".").pop()] ?? "application/octet-stream";
    response.writeHead(200, { "Content-Type": type, "Content-Encoding": "gzip", "Cache-Control": "no-cache", ...ahead });
    log.push([name, body.length]);
    response.end(body);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { base: `http://127.0.0.1:${server.address().port}${prefix}`, state, log, sent: () => log.length, close: () => server.close() };
}
