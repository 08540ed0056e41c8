import { Button, PasswordInput, TextInput } from "@mantine/core";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { type FormEvent, type ReactElement, useEffect, useRef, useState } from "react";
import type { Me } from "#contract/api/requests.ts";
import { Brand } from "../components/brand.tsx";
import { refusalOf } from "../data/http.ts";
import { homeOf, useSignIn } from "../data/me.ts";
import styles from "./sign-in.module.css";

/** Lets people in: by e-mail and password, or by a one-time link. */
export function SignInPage(): ReactElement {
  const { token, next } = useSearch({ from: "/sign-in" });
  const navigate = useNavigate();
  const signIn = useSignIn();
  const enter = (me: Me): void => void navigate({ to: next ?? homeOf(me.role), replace: true });
  // The token is used once; a second try, as React's strict mode makes, would be refused.
  const used = useRef<string>(undefined);
  useEffect(() => {
    document.title = "Sign in · Greenroom";
    if (token === undefined || used.current === token) return;
    used.current = token;
    signIn.mutate({ token }, { onSuccess: enter });
  });
  const isLink = token !== undefined && !signIn.isError;
  return (
    <main className={styles["page"]}>
      <div className={styles["card"]}>
        <Brand />
        <div>
          <h1 className={styles["title"]}>{isLink ? "Signing you in" : "Sign in"}</h1>
          <p className={styles["lede"]} aria-live="polite">
            {isLink ? "Your link is being checked." : "See which rooms are ready, and what has to be done until when."}
          </p>
        </div>
        {signIn.isError && (
          <p className={styles["refused"]} role="alert">
            {refusalOf(signIn.error)} {token !== undefined && "Ask for a new link, or use your password."}
          </p>
        )}
        {!isLink && (
          <PasswordForm isBusy={signIn.isPending} onSubmit={(how) => signIn.mutate(how, { onSuccess: enter })} />
        )}
        <p className={styles["foot"]}>
          No account, or no password? An administrator makes you a sign-in link under System, People.
        </p>
      </div>
    </main>
  );
}

interface PasswordFormProps {
  isBusy: boolean;
  onSubmit: (how: { email: string; password: string }) => void;
}

function PasswordForm({ isBusy, onSubmit }: PasswordFormProps): ReactElement {
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    onSubmit({ email, password });
  };
  return (
    <form className={styles["form"]} onSubmit={submit}>
      <TextInput
        label="E-mail"
        type="email"
        size="md"
        autoComplete="username"
        required
        value={email}
        onChange={(event) => setEmail(event.currentTarget.value)}
      />
      <PasswordInput
        label="Password"
        size="md"
        autoComplete="current-password"
        required
        value={password}
        visibilityToggleButtonProps={{ "aria-label": "Show the password" }}
        onChange={(event) => setPassword(event.currentTarget.value)}
      />
      <Button type="submit" size="md" loading={isBusy} fullWidth>
        Sign in
      </Button>
    </form>
  );
}
