import { Arbitrary, Schema } from "effect"

/** What stands for the secret in the lines. */
export const secret = "geheim"

/** Every line that holds a secret, in a section that may hold it. */
export const lines: ReadonlyArray<[header: string, line: string]> = [
  ["userlist u", `user ines password ${secret}`],
  ["userlist u", `user ines insecure-password "${secret} two"`],
  ["global", `cluster-secret ${secret}`],
  ["global", `stats bind :1 ssl crt a.pem ca-sign-pass ${secret}`],
  ["frontend f", `bind :1 ssl crt a.pem ca-sign-pass ${secret}`],
  ["frontend f", `stats auth ines:${secret}`],
  ["backend b", `dynamic-cookie-key ${secret}`],
  ["backend b", `stats auth ines:${secret}`],
  ["backend b", `server s 10.0.0.1:1 tcp-md5sig ${secret}`],
  ["defaults d", `stats auth "ines:${secret}"`],
  ["listen l", `stats auth ines:${secret}`],
  ["acme a", `acme-vars "token=${secret},name=x"`],
  ["backend b", `http-check send meth GET uri / hdr Authorization "Basic ${secret}"`],
  ["backend b", `option httpchk GET / HTTP/1.1\\r\\nHost:\\ x\\r\\nAuthorization:\\ Basic\\ ${secret}`],
  ["backend b", `tcp-check send AUTH\\ ${secret}\\r\\n`],
  ["backend b", `tcp-check send-lf "AUTH ${secret}\\r\\n" comment login`],
  ["backend b", `tcp-check send *2\\r\\n$4\\r\\nAUTH\\r\\n$6\\r\\n${secret}\\r\\n`],
  ["frontend f", `http-request set-header X-Api-Key ${secret}`],
  ["frontend f", `http-request replace-header Authorization .* "Bearer ${secret}"`],
  ["frontend f", `http-response add-header X-Auth-Token "${secret} %[src]" if TRUE`],
  ["frontend f", `http-request return status 200 hdr X-Token ${secret}`],
  ["frontend f", `http-request redirect location https://ines:${secret}@example.test/`],
  ["frontend f", `http-request deny unless { var(txn.body),hmac(sha256,${secret}) -m found }`],
  ["defaults d", `http-request set-header Authorization ${secret}`],
  ["global", `setenv DB_PASSWORD ${secret}`],
  ["global", `presetenv API_TOKEN "${secret} two"`],
  ["fcgi-app x", `set-param DB_PASSWORD "${secret}"`],
  ["program p", `command /bin/run --url redis://ines:${secret}@10.0.0.1/`]
]

/** Words that occur nowhere else. */
export const secrets = Arbitrary.map(
  Arbitrary.schema(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 999_999 }))),
  (number) => `Zq${number}xW`
)
