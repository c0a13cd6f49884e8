export const Logo = ({ size = 24 }: { size?: number }) => (
  <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
    <rect width="32" height="32" rx="8" fill="#4f46c8" />
    <path d="M7 10h9M7 16h13M7 22h6" stroke="#fff" strokeWidth="3" strokeLinecap="round" opacity=".55" />
    <circle cx="22" cy="10" r="3" fill="#fff" />
    <circle cx="25" cy="16" r="3" fill="#ffd166" />
    <circle cx="19" cy="22" r="3" fill="#fff" />
  </svg>
);
