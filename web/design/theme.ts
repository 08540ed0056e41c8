import { createTheme, defaultVariantColorsResolver, type MantineThemeOverride } from "@mantine/core";

/** The list itself scrolls: what scrolls is then what a screen reader knows as the list. */
const longList = { options: { maxHeight: "15rem", overflowY: "auto" } } as const;
/** What opens belongs to the page's main part, so that a screen reader finds it in a landmark. */
const inPage = { target: "#page" } as const;

/**
 * Mantine dressed in our tokens: sizes and behaviour here, colours in `mantine-tokens.css`. Scroll locking is off because
 * it would make a style element at run time, which the page's security policy refuses.
 */
export const theme: MantineThemeOverride = createTheme({
  fontFamily: "var(--font)",
  primaryColor: "blue",
  autoContrast: false,
  defaultRadius: "6px",
  cursorType: "pointer",
  respectReducedMotion: true,
  // What stands on a filled ground is dark in the dark scheme: white would not be read.
  variantColorResolver: (input) => {
    const colours = defaultVariantColorsResolver(input);
    if (input.variant !== "filled") return colours;
    return { ...colours, color: input.color === "red" ? "var(--on-danger)" : "var(--on-primary)" };
  },
  components: {
    Button: { defaultProps: { size: "sm", fw: 500 } },
    Modal: {
      defaultProps: {
        portalProps: inPage,
        lockScroll: false,
        centered: true,
        // Inside the page's padding it would begin where the page's text does, and stand beside the middle.
        styles: { inner: { left: 0 } },
        radius: "10px",
        closeButtonProps: { "aria-label": "Close" },
        overlayProps: { backgroundOpacity: 0.45 },
        transitionProps: { transition: "pop", duration: 160 },
      },
    },
    Drawer: {
      defaultProps: {
        lockScroll: false,
        closeButtonProps: { "aria-label": "Close" },
        overlayProps: { backgroundOpacity: 0.45 },
      },
    },
    Menu: {
      defaultProps: {
        portalProps: inPage,
        withInitialFocusPlaceholder: false,
        shadow: "md",
        position: "bottom-end",
        transitionProps: { duration: 120 },
      },
    },
    Popover: { defaultProps: { portalProps: inPage, shadow: "md", transitionProps: { duration: 120 } } },
    Tooltip: { defaultProps: { openDelay: 300, transitionProps: { duration: 100 } } },
    Select: { defaultProps: { withScrollArea: false, styles: longList } },
    MultiSelect: { defaultProps: { withScrollArea: false, styles: longList } },
    Notification: { defaultProps: { closeButtonProps: { "aria-label": "Close this message" } } },
    TextInput: { defaultProps: { size: "sm" } },
  },
});
