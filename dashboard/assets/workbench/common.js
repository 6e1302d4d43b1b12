// What all parts of the workbench use: making elements, asking the server, and saying how it went.
export const at = (id) => document.getElementById(id);

export function make(name, properties, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

export function say(message, tone = "quiet") {
  const line = at("wb-said");
  line.textContent = message;
  line.className = `wb-said tone-${tone}`;
}

export const post = (body) => ({ method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });

export async function ask(path, body, method = "POST") {
  try {
    const answer = await fetch(path, method === "GET" ? {} : post(body));
    return await answer.json();
  } catch {
    return { error: { message: "服务没有回答。请检查它是否还在运行，然后再试。" } };
  }
}

export const count = (number) => number.toLocaleString("zh-CN");

// What a browser keeps for an account; storage may be closed or full, then nothing is kept.
export function kept(key) {
  return {
    read(otherwise) {
      try { return JSON.parse(localStorage.getItem(key)) ?? otherwise; } catch { return otherwise; }
    },
    write(value) {
      try { localStorage.setItem(key, JSON.stringify(value)); } catch { /* see above */ }
    },
  };
}
