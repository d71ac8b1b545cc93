# The cache's token. Terraform generates the first one, and the provider keeps it in the state (version
# 5.100 has no write-only argument for it). After one rotation, with the commands in
# docs/operate/security.md, the token in the state is no longer valid. Later plans do not change the valid one.

# `triggers_replace`, because a plan never shows it. A plan would show `input`.
resource "terraform_data" "first_token" {
  triggers_replace = sensitive(replace("${uuid()}${uuid()}", "-", "")) # 244 random bits in 64 hex digits

  lifecycle {
    ignore_changes = [triggers_replace]
  }
}

resource "aws_secretsmanager_secret" "redis" {
  name                    = "exchange/redis"
  description             = "Auth token of the order book cache: {\"authToken\": \"...\"}"
  kms_key_id              = aws_kms_key.exchange.arn
  recovery_window_in_days = var.protect_data ? 30 : 0
}

resource "aws_secretsmanager_secret_version" "redis" {
  secret_id     = aws_secretsmanager_secret.redis.id
  secret_string = jsonencode({ authToken = terraform_data.first_token.triggers_replace })

  lifecycle {
    ignore_changes = [secret_string]
  }
}
