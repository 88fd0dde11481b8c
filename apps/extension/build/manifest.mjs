// The manifest of each browser's extension. Both have the same permissions; docs/extension.md says what each is for.

const PAGES = ['https://*/*', 'http://localhost/*', 'http://127.0.0.1/*'];

/**
 * The public key from which the extension's id in Chromium follows. Only the folder that is loaded unpacked carries it: a store
 * gives the extension a key of its own, which then belongs here. Nobody has the private one.
 */
export const KEY =
  'MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAk6O8NQMf+mVIf0xbzOJJKYxzNkOBFjcd++8ZEuofaieNrDL9b8kAx4exMJdvrD1TAu1VxXaVH8czZffFILGVaMKBLNQZA+nXMa2lj8EyqzhFViV10JWfTIvZTRozjDCFR9YWIH6R0cNDee8CtYb7KOuHwyrLF9aIluBIEZ51Mjmrk5Wh+Aq0Eh77aERw2rMJGeF47piWlKF7rTc1TTkMi097meAmETYWkIyvK7P21/Y+zxeJKlMInc2RwWoJa+WpPXuW2bJc+/KWxCZ6YvImOykzWMIZOAZiiO9Ao/Zx9ElygqrQ7PdA6hmGg45a3j1z0snA+X+suXjn5+g1Kw3arwIDAQAB';

/** Where the studio may be: its page finds out whether the extension is there. */
const STUDIO = ['http://localhost/*', 'http://127.0.0.1/*'];

/** The manifest for `chromium` or `firefox`. */
export function manifestOf(browser, version) {
  return {
    manifest_version: 3,
    name: '__MSG_name__',
    short_name: 'Elsewhere',
    description: '__MSG_description__',
    version,
    default_locale: 'en',
    icons: icons([16, 32, 48, 128]),
    action: { default_popup: 'popup.html', default_icon: icons([16, 32]) },
    permissions: ['activeTab', 'scripting', 'storage'],
    optional_host_permissions: PAGES,
    commands: {
      toggle: { suggested_key: { default: 'Alt+Shift+E' }, description: '__MSG_commandToggle__' },
      hide: { suggested_key: { default: 'Alt+Shift+H' }, description: '__MSG_commandHide__' },
    },
    content_security_policy: {
      extension_pages:
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self' data:; img-src 'self' data: blob:; media-src 'self' blob:; style-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'",
    },
    ...OWN[browser],
  };
}

const icons = (sizes) => Object.fromEntries(sizes.map((size) => [size, `icon-${size}.png`]));

/** What differs. */
const OWN = {
  chromium: {
    key: KEY,
    externally_connectable: { matches: STUDIO },
    minimum_chrome_version: '122',
    background: { service_worker: 'background.js' },
    // Without these, pages that are isolated themselves do not load the hidden frame; with a changing address they do not either.
    cross_origin_embedder_policy: { value: 'require-corp' },
    cross_origin_opener_policy: { value: 'same-origin' },
    web_accessible_resources: [{ resources: ['engine.html'], matches: PAGES, use_dynamic_url: false }],
  },
  firefox: {
    background: { scripts: ['background.js'] },
    web_accessible_resources: [{ resources: ['engine.html'], matches: PAGES }],
    browser_specific_settings: {
      gecko: {
        id: 'elsewhere@elsewhere.invalid',
        strict_min_version: '142.0',
        data_collection_permissions: { required: ['none'] },
      },
    },
  },
};
