"""Routes of signing in and of accounts."""

from django.urls import path

from linli.domains.organisation.web import accounts, own_account, signing_in

app_name = "account"
urlpatterns = [
    path("sign-in", signing_in.sign_in, name="sign_in"),
    path("sign-in/second", signing_in.second, name="second"),
    path("sign-in/passkey/begin", signing_in.passkey_begin, name="passkey_begin"),
    path("sign-in/passkey/finish", signing_in.passkey_finish, name="passkey_finish"),
    path("sign-in/phone", signing_in.phone, name="phone"),
    path("sign-in/phone/code", signing_in.phone_code, name="phone_code"),
    path("sign-out", signing_in.sign_out, name="sign_out"),
    path("account", own_account.me, name="me"),
    path("account/prove", own_account.prove, name="prove"),
    path("account/password", own_account.password, name="password"),
    path("account/sessions/<int:sign_in>/end", own_account.end_session, name="end_session"),
    path("account/sessions/end-others", own_account.end_others, name="end_others"),
    path("account/app", own_account.app, name="app"),
    path("account/app/off", own_account.app_off, name="app_off"),
    path("account/codes", own_account.new_codes, name="new_codes"),
    path("account/passkeys/begin", own_account.passkey_add_begin, name="passkey_add_begin"),
    path("account/passkeys/finish", own_account.passkey_add_finish, name="passkey_add_finish"),
    path("account/passkeys/<int:passkey>/remove", own_account.passkey_remove, name="passkey_remove"),
    path("accounts", accounts.listed, name="accounts"),
    path("accounts/<int:account_id>", accounts.one, name="account"),
    path("accounts/<int:account_id>/password", accounts.give_password, name="give_password"),
    path("accounts/<int:account_id>/<slug:verb>", accounts.act, name="act"),
]
