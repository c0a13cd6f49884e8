import '@mantine/core/styles.css';
import './app/styles.css';
import { MantineProvider } from '@mantine/core';
import { MutationCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { hasCode } from './api/problem';
import { router } from './app/router';
import { theme, variables } from './app/theme';

const client: QueryClient = new QueryClient({
  // What one did oneself is seen at once, also where there is no live stream; so is what stood in its way.
  mutationCache: new MutationCache({ onSettled: () => client.invalidateQueries() }),
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      retry: (failures, error) => failures < 3 && hasCode(error, 'offline', 'read_model_behind', 'store_unavailable', 'overloaded'),
    },
  },
});

const root = document.getElementById('root');
if (root !== null) {
  createRoot(root).render(
    <StrictMode>
      <MantineProvider theme={theme} cssVariablesResolver={variables} defaultColorScheme="auto">
        <QueryClientProvider client={client}>
          <RouterProvider router={router} />
        </QueryClientProvider>
      </MantineProvider>
    </StrictMode>,
  );
}
