import {
  Button,
  type CSSVariablesResolver,
  createTheme,
  defaultVariantColorsResolver,
  type MantineColorsTuple,
} from '@mantine/core';

const accent: MantineColorsTuple = [
  '#eceffc',
  '#d5dbf8',
  '#b1bcff',
  '#96a5ff',
  '#96a5ff',
  '#6478e6',
  '#4a61d9',
  '#3a51cc',
  '#2d41ad',
  '#22338a',
];

/** Mantine dressed in our tokens, so that its components and ours cannot drift apart. */
export const theme = createTheme({
  fontFamily: 'var(--font)',
  fontFamilyMonospace: 'var(--mono)',
  headings: { fontFamily: 'var(--font)', fontWeight: '600' },
  colors: { accent },
  primaryColor: 'accent',
  primaryShade: { light: 7, dark: 3 },
  variantColorResolver: (input) => {
    const colours = defaultVariantColorsResolver(input);
    // Mantine takes one text colour for both themes; our accent is light on dark and dark on light.
    if (input.variant !== 'filled' || (input.color && input.color !== 'accent')) return colours;
    return {
      ...colours,
      background: 'var(--accent)',
      hover: 'var(--accent-strong)',
      color: 'var(--on-accent)',
    };
  },
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Button: Button.extend({
      defaultProps: { radius: 'md' },
      vars: (_, props) => ({
        root: props.size?.startsWith('compact')
          ? {}
          : { '--button-height': '34px', '--button-fz': '14px', '--button-padding-x': '13px' },
      }),
      styles: { root: { fontWeight: 550 } },
    }),
    Tooltip: {
      defaultProps: { withArrow: true, openDelay: 300, events: { hover: true, focus: true, touch: false } },
    },
    Modal: {
      defaultProps: {
        centered: true,
        radius: 'lg',
        overlayProps: { backgroundOpacity: 0.45, blur: 2 },
        closeButtonProps: { 'aria-label': 'Close' },
      },
      styles: { title: { fontSize: 17, fontWeight: 620, letterSpacing: '-0.01em' } },
    },
    // The placeholder is a focusable child that a menu may not have; without it the menu itself gets the keyboard.
    Menu: { defaultProps: { shadow: 'md', radius: 'md', withInitialFocusPlaceholder: false } },
    Popover: { defaultProps: { shadow: 'md', radius: 'md' } },
    Table: { defaultProps: { verticalSpacing: 8, horizontalSpacing: 14 } },
    // What is wrong with a field is said aloud when it comes.
    InputWrapper: { defaultProps: { errorProps: { role: 'alert' } } },
    TextInput: { defaultProps: { size: 'sm' } },
    Skeleton: { defaultProps: { radius: 'sm' } },
  },
});

const shared = {
  '--mantine-color-body': 'var(--panel)',
  '--mantine-color-text': 'var(--text)',
  '--mantine-color-dimmed': 'var(--dim)',
  '--mantine-color-placeholder': 'var(--faint)',
  '--mantine-color-default': 'var(--panel)',
  '--mantine-color-default-hover': 'var(--sunken)',
  '--mantine-color-default-color': 'var(--text)',
  '--mantine-color-default-border': 'var(--line)',
  '--mantine-color-anchor': 'var(--accent)',
  '--mantine-color-error': 'var(--bad)',
  '--mantine-shadow-md': 'var(--shadow-up)',
};

export const variables: CSSVariablesResolver = () => ({
  variables: {},
  light: shared,
  dark: {
    ...shared,
    '--mantine-color-default': 'var(--raised)',
    '--mantine-color-default-hover': 'var(--line)',
    // Mantine's own greys of the dark theme: grounds, what lies on them, lines and what the pointer is on.
    '--mantine-color-dark-8': 'var(--sunken)',
    '--mantine-color-dark-6': 'var(--raised)',
    '--mantine-color-dark-5': 'var(--line)',
    '--mantine-color-dark-4': 'var(--line)',
  },
});
