/** Shows the counts as they come. */

const element = (id) => document.getElementById(id);
const plural = (count) => `${count} ${count === 1 ? "vote" : "votes"}`;

function show({ a, b }) {
  const total = a + b;
  const share = total === 0 ? 50 : (100 * a) / total;
  element("total").textContent = total === 0 ? "No votes yet" : plural(total);
  for (const [side, count, percent] of [["a", a, share], ["b", b, 100 - share]]) {
    element(`share-${side}`).textContent = total === 0 ? "–" : `${percent.toFixed(1)} %`;
    element(`votes-${side}`).textContent = plural(count);
  }
  element("bar").setAttribute("aria-valuenow", share.toFixed(1));
  element("fill").style.width = `${share}%`;
}

element("vote").href = `//${location.host.replace(/^result\./, "vote.")}/`;

const socket = io({ transports: ["websocket", "polling"], tryAllTransports: true });
socket.on("connect", () => (element("state").textContent = "live"));
socket.on("disconnect", () => (element("state").textContent = "reconnecting…"));
socket.on("connect_error", () => (element("state").textContent = "reconnecting…"));
socket.on("votes", show);
